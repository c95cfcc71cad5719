import { describe, expect, test } from "vitest";
import { highlighted, type Token } from "~/parts/yaml";

const kinds = (line: string) => highlighted(line)[0]?.map(({ kind, text }) => [kind, text]);

const EXAMPLE = `# who runs it
type: treadle.DbtProject
attributes:
  project: "{{ project_root }}/transform"   # beside src
  translation: {key: 'a # b', retries: 3, on: true}
  assets:
    - key: reports/daily
      deps: [a, "b"]
  note: |
    several: lines
    # of text {{ node.name }}
  after: ~
---
type: x.Y
`;

describe("highlighted", () => {
  test("loses nothing of the text", () => {
    const back = highlighted(EXAMPLE).map((line) => line.map((each: Token) => each.text).join(""));
    expect(back.join("\n")).toBe(EXAMPLE);
  });

  test.each([
    [
      "a: 1",
      [
        ["key", "a"],
        ["mark", ":"],
        ["literal", " 1"],
      ],
    ],
    [
      "- b",
      [
        ["mark", "- "],
        ["text", "b"],
      ],
    ],
    [
      "- key: a/b # why",
      [
        ["mark", "- "],
        ["key", "key"],
        ["mark", ":"],
        ["text", " a/b "],
        ["comment", "# why"],
      ],
    ],
    [
      "x: 'a # b'",
      [
        ["key", "x"],
        ["mark", ":"],
        ["text", " "],
        ["string", "'a # b'"],
      ],
    ],
    [
      "x: {{ y }}",
      [
        ["key", "x"],
        ["mark", ":"],
        ["text", " "],
        ["template", "{{ y }}"],
      ],
    ],
    [
      "at: 10:30",
      [
        ["key", "at"],
        ["mark", ":"],
        ["text", " 10:30"],
      ],
    ],
  ])("%s", (line, expected) => {
    expect(kinds(line)).toEqual(expected);
  });

  test("a template in quotes is a template", () => {
    expect(kinds('p: "{{ root }}/a"')?.slice(3)).toEqual([
      ["string", '"'],
      ["template", "{{ root }}"],
      ["string", '/a"'],
    ]);
  });

  test("a text of several lines is one text, and ends with it", () => {
    const [, second, third] = highlighted("a: |\n  b: c\nd: 1");
    expect(second).toEqual([{ kind: "string", text: "  b: c" }]);
    expect(third?.[0]).toEqual({ kind: "key", text: "d" });
  });
});
