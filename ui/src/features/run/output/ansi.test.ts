import { describe, expect, it } from "vitest";
import { pieces, plainText } from "~/features/run/output/ansi";

const ESC = "\u001b";

describe("colours of terminals are understood, everything else that is meant for them is left out", () => {
  it.each([
    ["plain", [["plain", ""]]],
    [
      `${ESC}[31mred${ESC}[0m and not`,
      [
        ["red", "red"],
        [" and not", ""],
      ],
    ],
    [
      `${ESC}[1;92mbold${ESC}[22m green`,
      [
        ["bold", "green bold"],
        [" green", "green"],
      ],
    ],
    [
      `${ESC}[38;5;4mblue${ESC}[39m${ESC}[38;2;1;2;3many`,
      [
        ["blue", "blue"],
        ["any", ""],
      ],
    ],
    [`${ESC}[2K${ESC}[1Gdone`, [["done", ""]]],
    [`${ESC}]8;;http://x.example${ESC}\\link${ESC}]8;;${ESC}\\`, [["link", ""]]],
    [`${ESC}[`, []],
    ["", [["", ""]]],
  ])("%j", (line, expected) => {
    expect(pieces(line).map(({ text, look }) => [text, look])).toEqual(expected);
  });

  it("nothing of it is left in what is searched", () => {
    expect(plainText(`${ESC}[1mTrain${ESC}[0m \u0007ing`)).toBe("Train ing");
  });
});
