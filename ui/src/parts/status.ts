import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconCircleX,
  IconClock,
  IconClockExclamation,
  IconHistory,
  IconLoader2,
  IconPlayerPause,
  IconPlayerTrackNext,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ApiRecord } from "~/api/client";

export type AssetStatus = NonNullable<ApiRecord<"Asset">["status"]>;
export type StepStatus = ApiRecord<"RunStep">["status"];
export type RunStatus = ApiRecord<"Run">["status"];
export type Status = AssetStatus | StepStatus | RunStatus;

type Look = { color: string; icon: TablerIcon; means: string };

/** How each status looks; an icon besides the colour, since not everybody sees colours. */
export const STATUS_LOOKS: Record<Status, Look> = {
  fresh: { color: "green", icon: IconCircleCheck, means: "Up to date with what it is made from" },
  stale: {
    color: "yellow",
    icon: IconHistory,
    means: "Something that it is made from, or its code, has changed since",
  },
  missing: { color: "gray", icon: IconCircleDashed, means: "Never materialized" },
  partial: { color: "cyan", icon: IconCircleHalf2, means: "Some of its partitions were never materialized" },
  overdue: { color: "orange", icon: IconClockExclamation, means: "Later than its freshness policy allows" },
  failed: { color: "red", icon: IconCircleX, means: "The last try failed" },
  succeeded: { color: "green", icon: IconCircleCheck, means: "Done" },
  running: { color: "blue", icon: IconLoader2, means: "At work" },
  queued: { color: "gray", icon: IconClock, means: "Waits until there is room" },
  pending: { color: "gray", icon: IconClock, means: "Waits for other steps" },
  skipped: { color: "gray", icon: IconPlayerTrackNext, means: "Not run, since something before it failed" },
  cancelled: { color: "orange", icon: IconBan, means: "Somebody stopped it" },
  interrupted: { color: "orange", icon: IconPlayerPause, means: "Its runner is gone; it can be resumed" },
};

/** How a problem looks by its weight. */
export const SEVERITY_LOOKS = {
  error: { color: "red", icon: IconCircleX },
  deny: { color: "red", icon: IconBan },
  warn: { color: "yellow", icon: IconAlertTriangle },
  warning: { color: "yellow", icon: IconAlertTriangle },
  audit: { color: "gray", icon: IconCircleDashed },
} as const;
