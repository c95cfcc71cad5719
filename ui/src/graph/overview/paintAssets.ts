import { splitKey } from "~/graph/model";
import type { Look } from "~/graph/overview/look";
import { BOX, type Prepared } from "~/graph/overview/prepared";
import type { Size, View } from "~/graph/overview/view";
import { fitting } from "~/graph/overview/words";

const READABLE = 13; // pixels for a row, from which there are words
const FAINT = 0.13;
const SIGNS = { fresh: "✓", stale: "↻", partial: "◐", missing: "○", overdue: "◷", failed: "✕" } as const;

/** An asset that is seen, and where on the canvas. */
type Seen = { number: number; x: number; y: number };

/** Paint the assets: as bars of their colours from afar, as cards with names from near. */
export function paintAssets(
  context: CanvasRenderingContext2D,
  prepared: Prepared,
  view: View,
  size: Size,
  look: Look,
): void {
  const seen = visible(prepared, view, size);
  const box = { width: BOX.width * view.scale, height: Math.max(1, BOX.height * view.scale) };
  const isNear = view.scale >= READABLE;
  for (const [paint, some] of grouped(seen, look)) {
    const [weight, color] = paint.split(" ");
    context.globalAlpha = weight === "faint" ? FAINT : 1;
    context.fillStyle = look.inks.of(color ?? "");
    context.beginPath();
    for (const { x, y } of some) context.rect(x, y, box.width, box.height);
    context.fill();
    if (isNear) hollow(context, some, box, look);
  }
  context.globalAlpha = 1;
  if (isNear) paintWords(context, prepared, seen, box, look);
  // Whoever doesn't see colours sees what has failed by its frame.
  else
    outline(
      context,
      seen.filter(({ number }) => prepared.assets[number]?.status === "failed"),
      box,
      look.inks.text,
    );
}

function visible({ overview }: Prepared, view: View, size: Size): Seen[] {
  const found: Seen[] = [];
  overview.x.forEach((across, number) => {
    const x = (across - view.x) * view.scale;
    const y = ((overview.y[number] ?? 0) - view.y) * view.scale;
    if (x < size.width && x + BOX.width * view.scale > 0 && y < size.height && y + view.scale > 0)
      found.push({ number, x, y });
  });
  return found;
}

/** What is painted alike, so that ten thousand assets are some strokes. */
function grouped(seen: readonly Seen[], look: Look): ReadonlyMap<string, Seen[]> {
  const found = new Map<string, Seen[]>();
  for (const each of seen) {
    const paint = `${look.strong && look.strong[each.number] !== 1 ? "faint" : "strong"} ${look.colors[each.number]}`;
    const known = found.get(paint);
    if (known) known.push(each);
    else found.set(paint, [each]);
  }
  return found;
}

/** Leave a frame and a bar of the colour: words are written on what is between. */
function hollow(context: CanvasRenderingContext2D, seen: readonly Seen[], box: Size, look: Look): void {
  context.globalAlpha = 1;
  context.fillStyle = look.inks.card;
  context.beginPath();
  for (const { x, y } of seen) context.rect(x + 4, y + 1, box.width - 5, box.height - 2);
  context.fill();
}

function outline(context: CanvasRenderingContext2D, seen: readonly Seen[], box: Size, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (const { x, y } of seen) context.rect(x - 1, y - 1, box.width + 2, box.height + 2);
  context.stroke();
}

function paintWords(
  context: CanvasRenderingContext2D,
  { overview, assets }: Prepared,
  seen: readonly Seen[],
  box: Size,
  look: Look,
): void {
  context.font = `500 ${Math.min(13, box.height * 0.8)}px Inter, "Segoe UI", system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillStyle = look.inks.text;
  for (const { number, x, y } of seen) {
    const status = assets[number]?.status;
    const words = `${status ? SIGNS[status] : "◇"} ${splitKey(overview.keys[number] ?? "").name}`;
    context.globalAlpha = look.strong && look.strong[number] !== 1 ? 2 * FAINT : 1;
    context.fillText(fitting(context, words, box.width - 12), x + 7, y + box.height / 2);
  }
  context.globalAlpha = 1;
}
