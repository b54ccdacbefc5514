import { expect, it } from "vitest";
import { changesOf } from "#services/rules/rule-impact.ts";

const pair = (without: string, ruled: string) => ({ without: [...without], with: [...ruled] });

it("counts lists with another item at some place, and their new items on average", () => {
  const lists = [pair("abc", "abc"), pair("abc", "cba"), pair("abc", "abd"), pair("abc", "xyz")];
  expect(changesOf(lists)).toEqual({ people: 4, changed: 3, mean_new_items: 4 / 3, emptied: 0 });
});

it("counts a shorter list as changed, and one that a rule empties", () => {
  const lists = [pair("abc", "ab"), pair("abc", ""), pair("", "")];
  expect(changesOf(lists)).toEqual({ people: 3, changed: 2, mean_new_items: 0, emptied: 1 });
});

it("has no average where nothing changes", () => {
  const none = { changed: 0, mean_new_items: null, emptied: 0 };
  expect(changesOf([pair("a", "a")])).toEqual({ people: 1, ...none });
  expect(changesOf([])).toEqual({ people: 0, ...none });
});
