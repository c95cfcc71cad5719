import {
  IconAffiliate,
  IconBolt,
  IconBooks,
  IconCalendarRepeat,
  IconHierarchy2,
  IconHome,
  IconPencil,
  IconPlayerPlay,
  IconShieldCheck,
  IconSwimming,
  IconTable,
  type TablerIcon,
} from "@tabler/icons-react";

/** `within` is where the pages of what such a page lists are, if not below it. */
type Entry = { label: string; to: string; within?: string; icon: TablerIcon };

/** The pages that are always one click away, in groups. */
export const NAVIGATION: { title: string; entries: Entry[] }[] = [
  {
    title: "",
    entries: [
      { label: "Overview", to: "/", icon: IconHome },
      { label: "Assets", to: "/assets", within: "/asset/", icon: IconTable },
      { label: "Lineage", to: "/lineage", icon: IconAffiliate },
    ],
  },
  {
    title: "Build",
    entries: [
      { label: "Components", to: "/components", icon: IconHierarchy2 },
      { label: "Component types", to: "/types", icon: IconBooks },
      { label: "Editor", to: "/editor", icon: IconPencil },
      { label: "Policies", to: "/policies", icon: IconShieldCheck },
    ],
  },
  {
    title: "Run",
    entries: [
      { label: "Runs", to: "/runs", icon: IconPlayerPlay },
      { label: "Automations", to: "/automations", icon: IconBolt },
      { label: "Backfills", to: "/backfills", icon: IconCalendarRepeat },
      { label: "Pools", to: "/pools", icon: IconSwimming },
    ],
  },
];
