import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { bestKnown } from "#engine/rank/best-known.ts";

/** By sorting everything. */
function bySorting(scores: Float32Array, length: number, isWanted: (item: number) => boolean) {
  const wanted = [...scores.keys()].filter((item) => (scores[item] as number) > 0 && isWanted(item));
  return wanted.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b).slice(0, length);
}

describe("bestKnown", () => {
  it("gives the best wanted items, equal scores by index, in whatever order items are touched", () => {
    const random = createRandom(5);
    for (let n = 0; n < 500; n++) {
      // Few different scores, so that many are equal.
      const scores = Float32Array.from({ length: 60 }, () => random.below(7) - 2);
      const touched = Uint32Array.from(scores.keys())
        .filter((item) => scores[item] !== 0)
        .sort(() => random.next() - 0.5);
      const isWanted = (item: number) => item % 7 !== n % 7;
      const length = 1 + random.below(12);
      const expected = bySorting(scores, length, isWanted);
      for (const known of [{ scores }, { scores, touched }]) {
        const list = bestKnown(known, length, isWanted);
        expect(list && [...list.items]).toEqual(expected.length < length ? null : expected);
        if (list) expect([...list.scores]).toEqual(expected.map((item) => scores[item]));
      }
    }
  });

  it("gives the best by what rules make of the scores, and no list that an item without a score above 0 may belong to", () => {
    const random = createRandom(6);
    let lists = 0;
    for (let n = 0; n < 500; n++) {
      const scores = Float32Array.from({ length: 60 }, () => random.below(9) - 2);
      const factors = Float64Array.from({ length: 60 }, () => random.below(4) / 2);
      const addend = random.below(3);
      const rules = {
        adjusted: (item: number, score: number) =>
          score * (factors[item] as number) + (item % 5 === 0 ? addend : 0),
        leastScoreFor: (adjusted: number) => (adjusted - addend) / 1.5,
      };
      const isWanted = (item: number) => item % 7 !== n % 7;
      const length = 1 + random.below(8);
      const adjusted = scores.map((score, item) => (score > 0 ? rules.adjusted(item, score) : 0));
      const expected = bySorting(adjusted, length, isWanted);
      const worst = adjusted[expected.at(-1) ?? 0] as number;
      const touched = Uint32Array.from(scores.keys()).sort(() => random.next() - 0.5);
      for (const known of [{ scores }, { scores, touched }]) {
        const list = bestKnown(known, length, isWanted, rules);
        const isProven = expected.length === length && worst > addend;
        expect(list && [[...list.items], [...list.scores]]).toEqual(
          isProven ? [expected, expected.map((item) => adjusted[item])] : null,
        );
        lists += list ? 1 : 0;
      }
    }
    expect(lists).toBeGreaterThan(500);
  });

  it("gives no list with a place for a score that is not above 0, or not finite", () => {
    const all = () => true;
    expect(bestKnown({ scores: Float32Array.of(1, 0, -1) }, 2, all)).toBeNull();
    expect(bestKnown({ scores: Float32Array.of(1, Number.NaN, 2) }, 3, all)).toBeNull();
    expect(bestKnown({ scores: Float32Array.of(1, Number.POSITIVE_INFINITY, 2) }, 2, all)).toBeNull();
    expect(bestKnown({ scores: Float32Array.of(2 ** -149, 1) }, 2, all)?.items).toEqual(Uint32Array.of(1, 0));
  });

  it("asks only for items that would have a place", () => {
    const asked: number[] = [];
    const isWanted = (item: number) => asked.push(item) > 0;
    bestKnown({ scores: Float32Array.of(5, 4, 3, 2, 1, 6) }, 2, isWanted);
    expect(asked).toEqual([0, 1, 5]);
  });
});
