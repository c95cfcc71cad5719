import { hueOf } from "~/graph/colours";
import type { Inks, Look } from "~/graph/overview/look";
import { paintAssets } from "~/graph/overview/paintAssets";
import { BOX, type Prepared } from "~/graph/overview/prepared";
import type { Size, View } from "~/graph/overview/view";
import { fitting } from "~/graph/overview/words";

/** Paint the whole picture; edges may be left out while it moves. */
export function paint(
  context: CanvasRenderingContext2D,
  prepared: Prepared,
  view: View,
  size: Size,
  look: Look,
  hasEdges: boolean,
): void {
  context.clearRect(0, 0, size.width, size.height);
  paintAreas(context, prepared, view, look.inks);
  if (hasEdges) paintEdges(context, prepared, view, size, look);
  paintAssets(context, prepared, view, size, look);
  paintNames(context, prepared, view, look.inks);
}

function paintAreas(context: CanvasRenderingContext2D, { overview }: Prepared, view: View, inks: Inks): void {
  for (const area of overview.areas) {
    const [x, y] = [(area.x - view.x) * view.scale, (area.y - view.y) * view.scale];
    context.beginPath();
    context.roundRect(
      x,
      y,
      area.width * view.scale,
      area.height * view.scale,
      Math.min(10, view.scale * 1.2),
    );
    context.globalAlpha = 0.1;
    context.fillStyle = inks.of(hueOf(area.name));
    context.fill();
    context.globalAlpha = 0.35;
    context.strokeStyle = context.fillStyle;
    context.lineWidth = 1;
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** The names of groups, in a size that can be read however far away they are. */
function paintNames(context: CanvasRenderingContext2D, { overview }: Prepared, view: View, inks: Inks): void {
  context.textBaseline = "middle";
  for (const area of overview.areas) {
    const size = Math.max(10, Math.min(15, view.scale * 1.3));
    const room = area.width * view.scale - 12;
    if (room < 46) continue;
    context.font = `600 ${size}px Inter, "Segoe UI", system-ui, sans-serif`;
    const name = fitting(context, area.name, room);
    const [x, y] = [(area.x - view.x) * view.scale + 8, (area.y - view.y) * view.scale];
    const middle = y + Math.max(size * 0.75, view.scale * 1.25);
    context.globalAlpha = 0.8;
    context.fillStyle = inks.card;
    context.beginPath();
    context.roundRect(x - 4, middle - size * 0.7, context.measureText(name).width + 8, size * 1.4, 4);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = inks.text;
    context.fillText(name, x, middle);
  }
}

function paintEdges(
  context: CanvasRenderingContext2D,
  prepared: Prepared,
  view: View,
  size: Size,
  look: Look,
): void {
  const { overview } = prepared;
  context.lineWidth = Math.min(1.4, Math.max(0.5, view.scale / 12));
  context.strokeStyle = look.inks.edge;
  const near = Math.min(0.75, 0.25 + view.scale / 40);
  // What goes far across the picture steps back behind what is near, what isn't selected behind what is.
  const weights = { near, far: Math.min(near, 0.22), faint: 0.05 };
  for (const [weight, alpha] of Object.entries(weights)) {
    context.globalAlpha = alpha;
    context.beginPath();
    overview.sources.forEach((source, edge) => {
      const target = overview.targets[edge] ?? 0;
      if (weightOf(prepared, look, source, target) === weight)
        tracePath(context, prepared, view, size, source, target);
    });
    context.stroke();
  }
  context.globalAlpha = 1;
}

function weightOf(
  { overview }: Prepared,
  look: Look,
  source: number,
  target: number,
): "near" | "far" | "faint" {
  if (look.strong && (look.strong[source] !== 1 || look.strong[target] !== 1)) return "faint";
  return overview.area[source] === overview.area[target] ? "near" : "far";
}

function tracePath(
  context: CanvasRenderingContext2D,
  { overview }: Prepared,
  view: View,
  size: Size,
  source: number,
  target: number,
): void {
  const x1 = ((overview.x[source] ?? 0) + BOX.width - view.x) * view.scale;
  const y1 = ((overview.y[source] ?? 0) + BOX.height / 2 - view.y) * view.scale;
  const x2 = ((overview.x[target] ?? 0) - view.x) * view.scale;
  const y2 = ((overview.y[target] ?? 0) + BOX.height / 2 - view.y) * view.scale;
  if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > size.width) return;
  if (Math.max(y1, y2) < 0 || Math.min(y1, y2) > size.height) return;
  const bend = Math.max(view.scale, Math.abs(x2 - x1) / 2);
  context.moveTo(x1, y1);
  context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
}

/** Paint what one points at: the asset, and its edges. */
export function paintPointed(
  context: CanvasRenderingContext2D,
  prepared: Prepared,
  view: View,
  size: Size,
  inks: Inks,
  pointed: number | undefined,
): void {
  context.clearRect(0, 0, size.width, size.height);
  if (pointed === undefined) return;
  const { overview, edgesOf } = prepared;
  context.strokeStyle = inks.accent;
  context.lineWidth = 1.6;
  context.beginPath();
  const near = new Set([pointed]);
  for (const edge of edgesOf[pointed] ?? []) {
    const [source, target] = [overview.sources[edge] ?? 0, overview.targets[edge] ?? 0];
    near.add(source).add(target);
    tracePath(context, prepared, view, size, source, target);
  }
  for (const each of near) {
    const x = ((overview.x[each] ?? 0) - view.x) * view.scale;
    const y = ((overview.y[each] ?? 0) - view.y) * view.scale;
    context.roundRect(x - 1.5, y - 1.5, BOX.width * view.scale + 3, BOX.height * view.scale + 3, 3);
  }
  context.stroke();
}
