import { createContext, useContext } from "react";
import type { Mistake, Path } from "~/features/editor/asking";
import type { Definitions } from "~/features/editor/form/schemas";

/** What every field of a form needs. */
export type Form = {
  definitions: Definitions;
  mistakes: readonly Mistake[];
  /** Whether a template may stand in the place of a value. */
  takesTemplates: boolean;
  /** Write another value; undefined takes it out. */
  change: (at: Path, value: unknown) => void;
  /** Call an entry of a mapping something else. */
  rename: (at: Path, name: string) => void;
};

const nothing = () => undefined;

export const FormContext = createContext<Form>({
  definitions: {},
  mistakes: [],
  takesTemplates: true,
  change: nothing,
  rename: nothing,
});

export const useForm = () => useContext(FormContext);

/** The mistakes that are about exactly this value. */
export function mistakesAt(mistakes: readonly Mistake[], at: Path): Mistake[] {
  return mistakes.filter(
    (each) => each.path.length === at.length && each.path.every((part, index) => part === at[index]),
  );
}
