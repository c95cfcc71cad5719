import type { ComponentType } from "~/features/types/useTypes";

const OURS = "treadle";

/** Types by the package that brings them: those that aren't ours first, since these are what a project is about. */
export function byPackage(types: ComponentType[]): [string, ComponentType[]][] {
  const found = new Map<string, ComponentType[]>();
  for (const each of types) {
    const name = each.package ?? "this project";
    found.set(name, [...(found.get(name) ?? []), each]);
  }
  return [...found].sort(([one], [other]) =>
    one === OURS ? 1 : other === OURS ? -1 : one.localeCompare(other, "en"),
  );
}
