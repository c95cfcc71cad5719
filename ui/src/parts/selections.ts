/** A selection as people read it: the star, which selects all there is, says so. */
export function selectionWords(selection: string): string {
  return selection.trim() === "*" ? "everything" : selection;
}
