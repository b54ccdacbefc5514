import { describe, expect, it } from "vitest";
import { fillByPopularity } from "#engine/rank/fill-by-popularity.ts";
import { popularFirst } from "#engine/rank/popular-first.ts";
import { topKInto } from "#engine/rank/top-k.ts";

function ranked(scores: readonly number[], users: readonly number[], k = scores.length): number[] {
  const values = Float32Array.from(scores);
  const best = new Uint32Array(k);
  const ranking = best.subarray(0, topKInto(values, k, best));
  fillByPopularity(values, ranking, popularFirst(Uint32Array.from(users)));
  return [...ranking];
}

describe("fillByPopularity", () => {
  const SEEN = Number.NEGATIVE_INFINITY;

  it("puts items without an opinion between likes and dislikes, the most popular first", () => {
    expect(ranked([0, -2, 3, 0, -0, 1, -1], [1, 9, 9, 5, 3, 0, 9])).toEqual([2, 5, 3, 4, 0, 6, 1]);
  });

  it("takes equally popular items by index", () => {
    expect(ranked([0, 0, 0, 2], [4, 7, 4, 0])).toEqual([3, 1, 0, 2]);
  });

  it("never brings back an item that is left out", () => {
    expect(ranked([SEEN, 0, 0, SEEN], [9, 1, 2, 9])).toEqual([2, 1]);
  });

  it("begins a longer list with the shorter one", () => {
    const [scores, users] = [
      [0, 0.5, 0, -1, 0, 0, SEEN, -3],
      [1, 1, 8, 2, 4, 4, 9, 9],
    ];
    const whole = ranked(scores, users);
    for (let k = 1; k <= scores.length; k++) expect(ranked(scores, users, k)).toEqual(whole.slice(0, k));
  });

  it("changes nothing where every item has an opinion", () => {
    expect(ranked([2, 3, -1], [9, 1, 5])).toEqual([1, 0, 2]);
    expect(ranked([], [])).toEqual([]);
  });
});
