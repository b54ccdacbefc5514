import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { diversify } from "#engine/serve/diversify.ts";

/** Items 0 to 5 in two groups, the even and the odd ones. */
const scores = Float32Array.of(10, 4, 9, 3, 8, 2);
const pool = Uint32Array.of(0, 2, 4, 1, 3, 5);
const byParity = (itemIndex: number, others: Uint32Array, out: Float32Array) =>
  out.set(others.map((other) => (other % 2 === itemIndex % 2 ? 1 : 0)));
const input = { pool, scores, similarityInto: byParity };

describe("diversify", () => {
  it("keeps the order without diversity, and for a single place", () => {
    expect([...diversify({ ...input, diversity: 0, length: 4 })]).toEqual([0, 2, 4, 1]);
    expect([...diversify({ ...input, diversity: 1, length: 1 })]).toEqual([0]);
  });

  it("takes another group second", () => {
    // Relevance of 2: 7/8, of 1: 2/8. At one half, 2 has (7/8 − 1)/2 < 0 and 1 has 2/16; then both groups are alike.
    expect([...diversify({ ...input, diversity: 0.5, length: 6 })]).toEqual([0, 1, 2, 4, 3, 5]);
  });

  it("gives the same first places for a shorter list", () => {
    const whole = [...diversify({ ...input, diversity: 0.7, length: 6 })];
    for (let length = 0; length <= 6; length++) {
      expect([...diversify({ ...input, diversity: 0.7, length })]).toEqual(whole.slice(0, length));
    }
  });

  it("keeps each item once, whatever the similarities are", () => {
    const random = createRandom(3);
    const any = Float32Array.from({ length: 40 }, () => random.next());
    const all = Uint32Array.from(any.keys());
    const similarityInto = (_: number, __: Uint32Array, out: Float32Array) =>
      out.set(out.map(() => random.next()));
    const order = diversify({ pool: all, scores: any, diversity: 0.6, length: 50, similarityInto });
    expect([...order].sort((a, b) => a - b)).toEqual([...all]);
  });
});
