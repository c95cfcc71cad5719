import { describe, expect, it } from "vitest";
import { figure, shortFigure, size } from "~/parts/figures";

describe("a number looks as its name wants it", () => {
  it.each([
    ["rows", 1234567, "1,234,567"],
    ["loss", 0.0123456, "0.01235"],
    ["execution_seconds", 4.21, "4.2 s"],
    ["size_bytes", 1_500_000, "1.5 MB"],
    ["secondsish", 3, "3"],
  ])("%s of %s is %s", (name, value, expected) => {
    expect(figure(name, value)).toBe(expected);
  });
});

describe("where there is little room, it is short", () => {
  it.each([
    ["rows", 1234567, "1.23M"],
    ["rows", 12345, "12,345"],
    ["loss", 0.5, "0.5"],
  ])("%s of %s is %s", (name, value, expected) => {
    expect(shortFigure(name, value)).toBe(expected);
  });
});

describe("a size has a unit", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [4_200, "4.2 kB"],
    [999_700, "1.0 MB"],
    [52_400_000, "52 MB"],
  ])("%s bytes are %s", (bytes, expected) => {
    expect(size(bytes)).toBe(expected);
  });
});
