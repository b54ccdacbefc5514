import { expect, it } from "vitest";
import { type DraftedItem, teamDraft } from "#engine/experiment/team-draft.ts";
import { createRandom } from "#engine/random.ts";

const text = (items: readonly DraftedItem[]) => items.map(({ itemId }) => itemId).join("");
const draft = (a: string, b: string, length: number, seed: number) =>
  teamDraft([...a], [...b], length, createRandom(seed));

it("makes only lists in which teams pick in turns", () => {
  const lists = Array.from({ length: 200 }, (_, seed) => text(draft("12", "34", 3, seed)));
  expect([...new Set(lists)].sort()).toEqual(["132", "134", "312", "314"]);
});

it("shows each item once, and each of both lists if there is room", () => {
  for (let seed = 0; seed < 50; seed++) {
    const items = draft("abcde", "edxyb", 20, seed);
    expect(text(items).split("").sort().join("")).toBe("abcdexy");
  }
});

it("credits the list that picked", () => {
  const lists = Array.from({ length: 2000 }, (_, seed) => draft("abc", "abc", 3, seed));
  const ofA = lists.flat().filter(({ team }) => team === "a").length;
  expect(ofA / 6000).toBeGreaterThan(0.48);
  expect(ofA / 6000).toBeLessThan(0.52);
  expect(lists.every((items) => text(items) === "abc")).toBe(true);
});

it("takes what is left of the longer list, and nothing of none", () => {
  expect(text(draft("", "xyz", 3, 1))).toBe("xyz");
  expect(text(draft("ab", "ab", 5, 1))).toBe("ab");
  expect(draft("", "", 3, 1)).toEqual([]);
  expect(draft("ab", "cd", 0, 1)).toEqual([]);
});
