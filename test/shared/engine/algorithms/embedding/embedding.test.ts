import { afterEach, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Model, Profile } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { FeatureMatrix } from "#engine/data/side-features.ts";
import { createRandom } from "#engine/random.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, scoreProfile, vectorTable } from "../fit-fixture.ts";

describeAlgorithmContract("Embedding", { popularity: 0.5 });

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());

/** Directions in a plane: 0°, 45°, 90° and 180°, of several lengths; the last item has no vector. */
const PLANE = [
  [3, 0],
  [0.1, 0.1],
  [0, 7],
  [-2, 0],
  [0, 0],
];
const PLAIN = { centring: 0, weight_power: 1 };
/** Items 0 and 2 have one user each, item 1 has four. */
const USERS = [
  [1, 1, 0, 0, 0],
  [0, 1, 1, 0, 0],
  [0, 1, 0, 0, 0],
  [0, 1, 0, 0, 0],
];

function fitted(params: AlgorithmParams, items: FeatureMatrix = vectorTable(PLANE), users = USERS): Model {
  return fitModel("Embedding", { ...inputOf(matrixOf(users), kernels), features: { items } }, params);
}

const profile = (items: readonly number[], weights: readonly number[] = items.map(() => 1)): Profile => ({
  indices: Uint32Array.from(items),
  weights: Float32Array.from(weights),
});

function expectNear(found: ArrayLike<number>, expected: readonly number[], tolerance = 0.01): void {
  expect(found).toHaveLength(expected.length);
  const far = expected.filter((value, at) => !(Math.abs((found[at] as number) - value) <= tolerance));
  expect(far, `${Array.from(found)} against ${expected}`).toEqual([]);
}

describe("Embedding", () => {
  it("scores by the cosine with the weighted mean of the profile's vectors, whatever their lengths", () => {
    const model = fitted(PLAIN);
    const half = Math.SQRT1_2;
    expectNear(scoreProfile(model, profile([0])), [1, half, 0, -1, 0]);
    // (3, 1) / √10.
    expectNear(scoreProfile(model, profile([0, 2], [3, 1])), [0.949, 0.894, 0.316, -0.949, 0]);
    expectNear(scoreProfile(model, profile([])), [0, 0, 0, 0, 0], 0);
    expectNear(scoreProfile(model, profile([4])), [0, 0, 0, 0, 0], 0);
    const similar = new Float32Array(5);
    model.similarItemsInto(1, similar);
    expectNear(similar, [half, 0, half, -half, 0]);
  });

  it("takes the mean off, so that what all vectors have in common says nothing", () => {
    const alike = vectorTable([
      [10, 1, 0],
      [10, 0.9, 0.1],
      [10, 0, 1],
      [10, -0.1, 1.1],
    ]);
    const users = [[1, 0, 0, 0]];
    const raw = scoreProfile(fitted(PLAIN, alike, users), profile([0]));
    const centred = scoreProfile(fitted({ ...PLAIN, centring: 1 }, alike, users), profile([0]));
    expect(Math.min(...raw)).toBeGreaterThan(0.98);
    expect(centred[1]).toBeGreaterThan(0.9);
    expect(centred[2]).toBeLessThan(-0.9);
  });

  it("takes the direction off in which vectors differ most", () => {
    const random = createRandom(3);
    const rows = Array.from({ length: 60 }, (_, item) => [
      20 * (random.next() - 0.5),
      item % 2 === 0 ? 1 : -1,
      0.1 * (random.next() - 0.5),
    ]);
    const users = [rows.map((_, item) => (item === 0 ? 1 : 0))];
    const precision = (components: number) => {
      const scores = scoreProfile(
        fitted({ ...PLAIN, centring: 1, components }, vectorTable(rows), users),
        profile([0]),
      );
      const best = [...scores.keys()]
        .filter((item) => item > 0)
        .sort((a, b) => (scores[b] as number) - (scores[a] as number));
      return best.slice(0, 20).filter((item) => item % 2 === 0).length / 20;
    };
    expect(precision(1)).toBe(1);
    expect(precision(0)).toBeLessThan(0.9);
  });

  it("multiplies by popularity, and gives items without users the mean", () => {
    const model = fitted({ ...PLAIN, popularity: 1 });
    // Users: 1, 4, 1, 0, 0. Shares of the most: .25, 1, .25; their mean .5.
    expectNear(scoreProfile(model, profile([0])), [0.25, Math.SQRT1_2, 0, -0.5, 0]);
    const similar = new Float32Array(5);
    model.similarItemsInto(0, similar);
    expectNear(similar, [0, Math.SQRT1_2, 0, -1, 0]);
  });

  it("draws short profiles to what people like on average", () => {
    // All interactions: five of the vectors at 0°, 45° (four times), 90°: 45° on average.
    const scores = scoreProfile(fitted({ ...PLAIN, shrink: 1 }), profile([0]));
    expectNear(scores, [0.5 + 0.5 * Math.SQRT1_2, 0.5 * Math.SQRT1_2 + 0.5, 0.5 * Math.SQRT1_2, -0.854, 0]);
  });

  it("explains a score by the items of the profile", () => {
    const model = fitted({ ...PLAIN, popularity: 1 });
    const own = profile([0, 2], [3, 1]);
    const parts = new Float64Array(2);
    expect(model.contributionsInto?.(own, 1, parts)).toBe(true);
    expectNear(parts, [(3 * Math.SQRT1_2) / Math.sqrt(10), Math.SQRT1_2 / Math.sqrt(10)]);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(scoreProfile(model, own)[1] as number, 3);
  });

  it.each([
    { popularity: 0, components: 0 },
    { popularity: 0.5, components: 2, shrink: 3 },
  ])("scores a new item as the same item of the training that nobody has: %j", (params) => {
    const random = createRandom(1);
    const rows = Array.from({ length: 40 }, () => Array.from({ length: 13 }, () => 0.3 + random.next()));
    const users = [
      rows.map((_, item) => (item < 20 ? 1 : 0)),
      rows.map((_, item) => (item % 4 === 0 ? 0 : Number(item < 20))),
    ];
    const table = vectorTable(rows);
    const fit = fitted(params, table, users);
    const model = algorithmOf("Embedding").decode(fit.encode(), kernels);
    expect(model.readsVectors).toBe(true);
    for (const own of [profile([0, 3]), profile([7]), profile([])]) {
      const known = scoreProfile(fit, own).subarray(20);
      const out = new Float32Array(20);
      model.scoreNewItemsInto?.(own, vectorTable(rows.slice(20)), out);
      expectNear(out, [...known], 1e-4);
    }
    const both = new Float32Array(42);
    model.similarWithNewItemsInto?.(3, vectorTable([rows[3] as number[], rows[5] as number[]]), both);
    expect(both[40]).toBeCloseTo(1, 2);
    expect(both[41]).toBeCloseTo(both[5] as number, 4);
  });

  it("has no opinion of a new item without a vector, or with one of another length", () => {
    const model = fitted(PLAIN);
    const out = new Float32Array(2).fill(9);
    model.scoreNewItemsInto?.(
      profile([0]),
      vectorTable([
        [0, 0],
        [1, 0],
      ]),
      out,
    );
    expectNear(out, [0, 1]);
    model.scoreNewItemsInto?.(profile([0]), vectorTable([[1, 0, 0]]), out);
    expect(out[0]).toBe(0);
    model.scoreNewItemsInto?.(profile([0]), matrixOf([[1, 1]]), out);
    expect(out[0]).toBe(0);
  });

  it("takes a byte for each number of a vector, and four for each item", () => {
    const rows = Array.from({ length: 50 }, (_, item) =>
      Array.from({ length: 24 }, (_, k) => Math.sin(item * 7 + k)),
    );
    const users = [rows.map((_, item) => Number(item < 3))];
    const sections = fitted({}, vectorTable(rows), users).encode();
    const bytes = sections.reduce((sum, { data }) => sum + data.byteLength, 0);
    // Settings, widths, the mean and the mean of all people.
    expect(bytes).toBe(50 * 24 + 50 * 4 + 7 * 8 + 4 + 2 * 24 * 4);
  });

  it("refuses tables without vectors, and says so", () => {
    const input = inputOf(matrixOf(USERS), kernels);
    const reasons = [
      { features: undefined, text: "has no column of them" },
      { features: { items: matrixOf(PLANE.map(() => [1])) }, text: "has no column of them" },
      { features: { items: vectorTable(PLANE.map(() => [0, 0])) }, text: "none of these items has one" },
    ];
    for (const { features, text } of reasons) {
      expect(() => algorithmOf("Embedding").begin({ ...input, features }, {})).toThrow(
        expect.objectContaining({ code: "BAD_DATA", message: expect.stringContaining(text) }),
      );
    }
  });

  it("has no opinion where all vectors are the same and the mean is taken off", () => {
    const same = vectorTable([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    const model = fitted({ centring: 1, components: 3 }, same, [[1, 1, 0]]);
    expectNear(scoreProfile(model, profile([0])), [0, 0, 0], 0);
  });
});
