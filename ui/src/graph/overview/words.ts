/** As much of a text as there is room for. */
export function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  const share = room / context.measureText(text).width;
  const length = Math.floor(text.length * share) - 1;
  return length < 2 ? "" : `${text.slice(0, length)}…`;
}
