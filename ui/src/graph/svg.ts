import { columnPaths, type LitColumns } from "~/graph/columns";
import { CARD, type Layout, type Place, pathOf, ROW } from "~/graph/layout";
import { type Box, type Picture, splitKey } from "~/graph/model";

/** What a picture to take away is made from; `paint` gives the colour of a box, and the word for it. */
export type Drawn = {
  title: string;
  picture: Picture;
  layout: Layout;
  columns: LitColumns;
  paint: (box: Box) => { color: string; label: string };
};

const MARGIN = 24;
const HEAD = 40;
const FONT = 'font-family="Inter, Segoe UI, system-ui, sans-serif"';

/** The graph as a file of its own: what is seen on the page, with a title, in light colours. */
export function svgOf({ title, picture, layout, columns, paint }: Drawn): string {
  const width = Math.ceil(layout.width + 2 * MARGIN);
  const height = Math.ceil(layout.height + 2 * MARGIN + HEAD);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${FONT}>`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="${MARGIN + 14}" font-size="16" font-weight="600" fill="#212529">${escaped(title)}</text>`,
    `<g transform="translate(${MARGIN} ${MARGIN + HEAD})">`,
    ...picture.frames.map(({ id, group }) => frame(group, layout.places.get(id))),
    ...picture.lines.map((line) => edge(pathOf(layout.routes.get(line.id) ?? []))),
    ...picture.boxes.map((box) => card(box, layout, columns, paint)),
    ...columnPaths(columns, layout).map(
      ({ path }) => `<path d="${path}" fill="none" stroke="#3b5bdb" stroke-width="1.6"/>`,
    ),
    "</g>",
    "</svg>",
  ].join("\n");
}

function frame(group: string, place: Place | undefined): string {
  if (place === undefined) return "";
  return (
    `<rect x="${place.x}" y="${place.y}" width="${place.width}" height="${place.height}" rx="10" fill="#f8f9fa" stroke="#dee2e6"/>` +
    `<text x="${place.x + 16}" y="${place.y + 25}" font-size="12" font-weight="600" fill="#495057">${escaped(group)}</text>`
  );
}

function edge(path: string): string {
  return path === "" ? "" : `<path d="${path}" fill="none" stroke="#adb5bd" stroke-width="1.4"/>`;
}

function card(box: Box, layout: Layout, columns: LitColumns, paint: Drawn["paint"]): string {
  const place = layout.places.get(box.id);
  if (place === undefined) return "";
  const { color, label } = paint(box);
  const { prefix, name } = box.kind === "asset" ? splitKey(box.asset.key) : { prefix: "", name: box.group };
  const about =
    box.kind === "asset" ? [label, prefix].filter(Boolean).join(" · ") : `${box.assets.length} assets`;
  const rows = (columns.rows.get(box.id) ?? []).map(
    (column, row) =>
      `<text x="${place.x + 14}" y="${place.y + CARD.height + ROW * row + 10}" font-size="11" fill="#364fc7">${escaped(column)}</text>`,
  );
  return (
    `<g><title>${escaped(box.kind === "asset" ? box.asset.key : box.group)}</title>` +
    `<rect x="${place.x}" y="${place.y}" width="${place.width}" height="${place.height}" rx="8" fill="#ffffff" stroke="#ced4da"/>` +
    `<rect x="${place.x}" y="${place.y + 8}" width="4" height="${place.height - 16}" rx="2" fill="${color}"/>` +
    `<text x="${place.x + 14}" y="${place.y + 25}" font-size="13" font-weight="600" fill="#212529">${escaped(cut(name, 28))}</text>` +
    `<text x="${place.x + 14}" y="${place.y + 43}" font-size="11" fill="#5c636a">${escaped(cut(about, 36))}</text>` +
    `${rows.join("")}</g>`
  );
}

/** A text that isn't longer than fits. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
