import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { valuesAt } from "#engine/scale/ingest/exact-values.ts";

/** Numbers in pieces of 50. */
function piecesOf(values: readonly number[]) {
  return async function* () {
    for (let at = 0; at < values.length; at += 50) yield Float64Array.from(values.slice(at, at + 50));
  };
}

const random = createRandom(3);
const of = (count: number, next: () => number) => Array.from({ length: count }, next);

describe("valuesAt", () => {
  it.each([
    ["spread evenly", of(3000, () => random.next())],
    ["whole days, many equal", of(3000, () => 86_400_000 * (19_000 + random.below(20)))],
    ["all equal", of(300, () => 7)],
    ["one far from all others", [...of(3000, () => 1.6e12 + random.below(1e6)), 2.5e14, 1]],
    ["of many sizes, below zero too", of(3000, () => (random.next() - 0.4) * 10 ** random.below(12))],
    ["with unknown ones", [...of(500, () => random.below(1e6)), Number.NaN, Number.NaN]],
  ])("finds the numbers that sorting finds: %s", async (_, values) => {
    const known = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
    const ranks = [0, 1, 17, Math.floor(known.length / 2), known.length - 1];
    const range = { least: known[0] as number, most: known.at(-1) as number };
    for (const mostHeld of [1, 10, 1000]) {
      expect(await valuesAt(piecesOf(values), ranks, range, mostHeld)).toEqual(
        ranks.map((rank) => known[rank]),
      );
    }
  });
});
