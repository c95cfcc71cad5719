import ELK from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";
import { litBy, NO_COLUMNS } from "~/graph/columns";
import { foldedAtFirst, toggled } from "~/graph/folding";
import { framesOf } from "~/graph/framing";
import { assetOf, graphOf } from "~/graph/graphs.testing";
import { layoutOf, pathOf, questionOf } from "~/graph/layout";
import { pictureOf } from "~/graph/model";
import { svgOf } from "~/graph/svg";
import { neighbour } from "~/graph/walking";

const SHOP = graphOf(
  ["raw:raw/orders", "raw:raw/users", "marts:orders", "default:report", "raw:raw/again"],
  ["raw/orders > orders", "raw/users > orders", "orders > report", "orders > raw/again"],
);

async function laidOut(folded: string[] = []) {
  const picture = pictureOf(SHOP, new Set(folded));
  return { picture, layout: layoutOf(await new ELK().layout(questionOf(picture, new Map()))) };
}

describe("a folded group is one box", () => {
  const picture = pictureOf(SHOP, new Set(["raw"]));

  it("has its assets, and stands for their edges", () => {
    expect(picture.boxes.map((box) => box.id)).toEqual(["orders", "report", "group:raw"]);
    const [line] = picture.lines;
    expect(line).toMatchObject({ from: "group:raw", to: "orders", count: 2 });
  });

  it("has no frame, and neither have assets without a group", () => {
    expect(picture.frames.map((frame) => frame.group)).toEqual(["marts"]);
  });
});

describe("groups", () => {
  it("that data comes back to get another frame, so that it goes one way", () => {
    expect(framesOf(SHOP, new Set()).map(({ group, keys }) => [group, keys])).toEqual([
      ["raw", ["raw/orders", "raw/users"]],
      ["marts", ["orders"]],
      ["raw", ["raw/again"]],
    ]);
  });

  it("are folded at first where there are more assets than one can read, but for the one in focus", () => {
    expect(foldedAtFirst(SHOP)).toEqual([]);
    const many = graphOf(
      Array.from({ length: 200 }, (_, each) => `g${each % 4}:a${each}`),
      [],
    );
    expect(foldedAtFirst(many, "a1")).toEqual(["g0", "g2", "g3"]);
  });

  it("are folded and unfolded", () => {
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  });
});

describe("a layout", () => {
  it("puts what is made from something to its right, and assets into their frames", async () => {
    const { picture, layout } = await laidOut();
    const x = (id: string) => layout.places.get(id)?.x ?? Number.NaN;
    expect(x("raw/orders")).toBeLessThan(x("orders"));
    expect(x("orders")).toBeLessThan(x("report"));
    expect(x("orders")).toBeLessThan(x("raw/again"));
    expect(picture.lines.every((line) => (layout.routes.get(line.id)?.length ?? 0) >= 2)).toBe(true);
    const [frame] = picture.frames;
    expect(x(frame?.id ?? "")).toBeLessThan(x("raw/orders"));
  });

  it("is walked along its edges", async () => {
    const { picture, layout } = await laidOut();
    expect(["raw/orders", "raw/users"]).toContain(neighbour(picture, layout, undefined, "right"));
    expect(neighbour(picture, layout, "orders", "left")).toMatch(/^raw\//);
    expect(neighbour(picture, layout, "raw/orders", "right")).toBe("orders");
    expect(neighbour(picture, layout, "report", "right")).toBeUndefined();
    const beside = [
      neighbour(picture, layout, "raw/orders", "up"),
      neighbour(picture, layout, "raw/orders", "down"),
    ];
    expect(beside).toContain("raw/users");
  });

  it("is drawn as a file of its own, in which nothing is taken for markup", async () => {
    const graph = { ...SHOP, nodes: [...SHOP.nodes, assetOf({ key: `a<b>&"c"` })] };
    const picture = pictureOf(graph, new Set());
    const layout = layoutOf(await new ELK().layout(questionOf(picture, new Map())));
    const svg = svgOf({
      title: "a < b",
      picture,
      layout,
      columns: NO_COLUMNS,
      paint: () => ({ color: "#000", label: "fresh" }),
    });
    const document = new DOMParser().parseFromString(svg, "image/svg+xml");
    expect(document.querySelector("parsererror")).toBeNull();
    expect(svg.match(/<g><title>/g)).toHaveLength(6);
    expect(svg).toContain("a&lt;b&gt;&amp;&quot;c&quot;");
  });
});

describe("columns", () => {
  const edge = (from: string, to: string) => {
    const [[asset = "", column = ""], [other = "", made = ""]] = [from.split("."), to.split(".")];
    return { from: { asset, column }, to: { asset: other, column: made } };
  };
  const edges = [edge("a.x", "b.x"), edge("b.x", "c.x"), edge("b.x", "d.y"), edge("a.z", "c.x")];

  it("light up with what they are made from and what is made from them, and nothing beside", () => {
    const lit = litBy(edges, "b", "x");
    expect(lit.edges).toHaveLength(3);
    expect([...lit.rows]).toEqual([
      ["b", ["x"]],
      ["a", ["x"]],
      ["c", ["x"]],
      ["d", ["y"]],
    ]);
  });
});

describe("a route", () => {
  it("has round corners, and is straight where it has none", () => {
    expect(
      pathOf([
        { x: 0, y: 0 },
        { x: 10, y: 0 },
      ]),
    ).toBe("M0 0 L10 0");
    expect(
      pathOf([
        { x: 0, y: 0 },
        { x: 20, y: 0 },
        { x: 20, y: 20 },
      ]),
    ).toBe("M0 0 L12 0 Q20 0 20 8 L20 20");
    expect(pathOf([])).toBe("");
  });
});
