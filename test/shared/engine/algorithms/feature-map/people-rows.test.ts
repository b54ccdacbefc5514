import { afterAll, expect, it } from "vitest";
import { directionsFor } from "../../../../../shared/engine/algorithms/feature-map/feature-basis.ts";
import {
  fitNewcomerMaps,
  newcomerMapsOf,
  newcomerSections,
} from "../../../../../shared/engine/algorithms/feature-map/newcomer-maps.ts";
import { unitRows, unitVector } from "../../../../../shared/engine/algorithms/feature-map/unit-rows.ts";
import { fitInputOf } from "../../../../../shared/engine/algorithms/fit/fit-input.ts";
import { type FeatureVector, featureRow } from "../../../../../shared/engine/data/side-features.ts";
import { finishSteps } from "../../../../../shared/engine/in-steps.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { matrixOf } from "../fit-fixture.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const [USERS, ITEMS, KINDS, FRIENDS] = [240, 40, 4, 60];

/** People have 1 to 12 friends of their own kind, or a single feature that says how active they are, and like items of their kind. */
function world(doFriendsTell: boolean) {
  const random = createRandom(9);
  const kindOf = (at: number) => at % KINDS;
  const rate = Array.from({ length: USERS }, () => random.next());
  const liked = Array.from({ length: USERS }, (_, user) =>
    Array.from({ length: ITEMS }, (_, item) => {
      const isOwn = kindOf(user) === kindOf(item);
      const chance = doFriendsTell ? (isOwn ? 0.5 : 0.05) : (rate[user] as number);
      return random.next() < chance ? 1 : 0;
    }),
  );
  const friends = Array.from({ length: USERS }, (_, user) => {
    if (!doFriendsTell) return [rate[user] as number];
    const count = user % 3 === 0 ? 12 : 1;
    const row = new Array<number>(FRIENDS).fill(0);
    for (let drawn = 0; drawn < count; drawn++) row[KINDS * random.below(FRIENDS / KINDS) + kindOf(user)] = 1;
    return row;
  });
  const features = matrixOf(friends);
  const input = { userItems: matrixOf(liked), kernels, seed: 1, features: { users: features } };
  return { features, maps: finishSteps(fitNewcomerMaps(fitInputOf(input))) };
}

it("divides rows by their length, and leaves those of zeros", () => {
  const matrix = matrixOf([
    [3, 0, 4],
    [0, 0, 0],
    [0, 2, 0],
  ]);
  const unit = unitRows(matrix);
  expect(unit.values).toEqual(Float32Array.of(0.6, 0.8, 1));
  expect(matrix.values).toEqual(Float32Array.of(3, 4, 2));
  expect(unitVector(featureRow(matrix, 0) as FeatureVector).values).toEqual(Float32Array.of(0.6, 0.8));
  expect(unitVector({ indices: Uint32Array.of(1), values: Float32Array.of(0) }).values[0]).toBe(0);
});

it("counts people with many friends like those with one, where that predicts people better", () => {
  const { maps, features } = world(true);
  expect(maps.people?.isUnit).toBe(true);
  const row = featureRow(features, 0) as FeatureVector;
  const scaled = { ...row, values: row.values.map((value) => 5 * value) };
  const [own, other] = [new Float32Array(ITEMS), new Float32Array(ITEMS)];
  maps.people?.scoreInto(row, own);
  maps.people?.scoreInto(scaled, other);
  for (let item = 0; item < ITEMS; item++) {
    expect(other[item] as number).toBeCloseTo(own[item] as number, 5);
  }
  const restored = newcomerMapsOf(newcomerSections(maps), ITEMS);
  restored?.people?.scoreInto(scaled, own);
  expect([...own]).toEqual([...other]);
});

it("keeps the length of rows where it tells something", () => {
  const { maps } = world(false);
  expect(maps.people?.isUnit).toBe(false);
  expect(newcomerMapsOf(newcomerSections(maps), ITEMS)?.people?.isUnit).toBe(false);
});

it.each([
  [0, 0],
  [100, 100],
  [300, 256],
  [5_000, 256],
  [8_000, 160],
  [20_000, 128],
])("keeps for %i features %i directions", (features, directions) => {
  expect(directionsFor(features)).toBe(directions);
});
