/** The coarse factors name every item whose score reaches a bar, whatever the factors are. */
import { expect, it } from "vitest";
import { CoarseFactors } from "#engine/algorithms/factor-store/coarse-factors.ts";
import { CoarseShortlist } from "#engine/algorithms/factor-store/coarse-shortlist.ts";
import { Factors } from "#engine/algorithms/factor-store/factors.ts";
import type { Shortlist } from "#engine/algorithms/fit/algorithm.ts";
import { paddedDim } from "#engine/kernels/kernels.ts";
import { createRandom, type Random } from "#engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";

const COUNT = 9_000;
const EVERY = () => true;

interface World {
  readonly scores: Float32Array;
  readonly shortlist: Shortlist;
}

/** Factors whose lengths differ by a thousand, some of them zero, and a vector. */
function madeWorld(random: Random, dim: number, vectorScale: number): World {
  const kernels = loadWasmKernels();
  const stride = paddedDim(dim);
  const factors = new Factors(kernels, COUNT, dim, stride);
  for (let item = 0; item < COUNT; item++) {
    const length = random.below(50) === 0 ? 0 : 10 ** (-3 * random.next());
    for (let k = 0; k < dim; k++) factors.buffer.view[item * stride + k] = length * random.normal();
  }
  const coarse = new CoarseFactors(kernels, factors);
  while (!coarse.prepare());
  const [vector, scores] = [kernels.allocF32(stride), kernels.allocF32(COUNT)];
  for (let k = 0; k < dim; k++) vector.view[k] = vectorScale * random.normal();
  factors.scoreInto(vector, 0, 1, scores);
  const exact = scores.view.slice();
  const shortlists = new CoarseShortlist(kernels, coarse, kernels.allocF32(COUNT));
  const scoresOf = (items: Uint32Array) => Float32Array.from(items, (item) => exact[item] as number);
  return { scores: exact, shortlist: shortlists.of(vector.view, scoresOf) };
}

it.each([
  [3, 1],
  [16, 1e-6],
  [40, 1],
  [64, 1e6],
])("finds every item above a bar with %i factors, and not many others", (dim, scale) => {
  const { scores, shortlist } = madeWorld(createRandom(dim), dim, scale);
  const falling = Float32Array.from(scores).sort().reverse();
  for (const rank of [0, 9, 200, 2_000]) {
    const bar = falling[rank] as number;
    const found = new Set(shortlist.above(bar, COUNT));
    const missed = [...scores.keys()].filter((item) => (scores[item] as number) >= bar && !found.has(item));
    const low = [...found].filter((item) => shortlist.boundOf(item) < (scores[item] as number));
    expect({ missed, low }).toEqual({ missed: [], low: [] });
    // It would be of no use if it named many more: rounding is about two in a hundred of a score.
    expect(found.size).toBeLessThan(2.5 * rank + 50);
  }
});

it("names good items that are wanted, also if few are", () => {
  const { scores, shortlist } = madeWorld(createRandom(1), 32, 1);
  const falling = Float32Array.from(scores).sort().reverse();
  const near = shortlist.near(100, EVERY);
  expect(near.length).toBeGreaterThan(40);
  expect([...near].every((item) => (scores[item] as number) > (falling[400] as number))).toBe(true);
  // Of the shortest, which are looked at last.
  const short = (item: number) => Math.abs(scores[item] as number) < 0.01;
  const wanted = shortlist.near(100, short);
  expect(wanted.length).toBeGreaterThan(40);
  expect([...wanted].every(short)).toBe(true);
});

it("says that there may be too many", () => {
  const { shortlist } = madeWorld(createRandom(2), 16, 1);
  expect(shortlist.above(1e-9, 100)).toBeNull();
});

it("finds nothing for a vector without a direction", () => {
  const { shortlist } = madeWorld(createRandom(2), 16, 0);
  expect(shortlist.above(1e-9, 100)).toEqual(new Uint32Array());
});
