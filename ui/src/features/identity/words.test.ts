import { expect, it } from "vitest";
import { reaches } from "~/api/me";
import { actionInWords, browserInWords, initialsOf, reachInWords } from "~/features/identity/words";

it("an action is said in words", () => {
  expect(actionInWords("rerun_from_failure")).toBe("Rerun from failure");
});

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120", "Edge on Windows"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit Version/17 Safari/604",
    "Safari on iPhone",
  ],
  ["curl/8.0", "curl/8.0"],
  ["", "Unknown browser"],
])("a browser is called as people call it: %s", (agent, name) => {
  expect(browserInWords(agent)).toBe(name);
});

it.each([
  ["Ada Lovelace", "AL"],
  ["ada@mill.example", "AE"],
  ["this machine", "TM"],
  ["bob", "B"],
  ["", ""],
])("somebody has letters: %s", (name, letters) => {
  expect(initialsOf(name)).toBe(letters);
});

it("a role says how far it reaches", () => {
  expect(reachInWords({ groups: [], paths: [] })).toBe("everything");
  expect(reachInWords({ groups: ["raw", "marts"], paths: ["looms"] })).toBe(
    "the groups raw, marts and what is below looms/",
  );
});

it("a role has all that those before it have", () => {
  expect(reaches("editor", "launcher")).toBe(true);
  expect(reaches("viewer", "launcher")).toBe(false);
  expect(reaches(null, "viewer")).toBe(false);
});
