import type { PolicyCounts } from "~/features/policies/usePolicies";

export type Kind = keyof PolicyCounts;

/** How violations are counted: by how hard they are meant, and apart from these what is excused. */
export const KINDS: { kind: Kind; label: string; means: string; color: string }[] = [
  { kind: "deny", label: "Denied", means: "What they are about doesn’t run", color: "red" },
  { kind: "warn", label: "Warned", means: "They are told, and stop nothing", color: "yellow" },
  { kind: "audit", label: "Audited", means: "They are only counted", color: "gray" },
  { kind: "waived", label: "Waived", means: "Somebody answers for them until a day", color: "blue" },
  {
    kind: "baseline",
    label: "In the baseline",
    means: "They were there before the rule was",
    color: "grape",
  },
];

/** How many count: what is excused doesn't. */
export function open({ deny, warn, audit }: PolicyCounts): number {
  return deny + warn + audit;
}

/** Policies with the hardest violations first, and those that hold nowhere last. */
export function byWeight<P extends { name: string; severity: string | null; counts: PolicyCounts }>(
  policies: P[],
): P[] {
  const weight = ({ severity, counts }: P) => [
    Number(severity !== null),
    counts.deny,
    counts.warn,
    counts.audit,
    counts.waived + counts.baseline,
  ];
  return [...policies].sort((one, other) => {
    const [left, right] = [weight(one), weight(other)];
    const differs = left.findIndex((each, index) => each !== right[index]);
    return differs < 0
      ? one.name.localeCompare(other.name, "en")
      : (right[differs] ?? 0) - (left[differs] ?? 0);
  });
}
