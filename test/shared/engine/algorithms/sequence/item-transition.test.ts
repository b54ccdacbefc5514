import { describe, expect, it } from "vitest";
import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import { createRandom } from "#engine/random.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, scoreProfile } from "../fit-fixture.ts";

const DAY = 86_400_000;
const kernels = loadWasmKernels();

/** Ages that go with the weights, so that they move with them when columns are permuted. */
function aged(userItems: CsrMatrix): CsrMatrix {
  return { ...userItems, ages: Float32Array.from(userItems.values, (weight) => 10 * weight) };
}

describeAlgorithmContract("ItemTransition", {}, { prepare: aged });
describeAlgorithmContract("ItemTransition", { top_k: null, max_distance: 3 }, { prepare: aged });

/** Rows of users by the day on which they took each item; 0 for items that they did not, NaN for an unknown day. */
function takenOn(rows: readonly (readonly number[])[]): CsrMatrix {
  const userItems = matrixOf(rows.map((row) => row.map((day) => (day === 0 ? 0 : 1))));
  const times = Float64Array.from(
    rows.flatMap((row) => row.filter((day) => day !== 0)),
    (day) => day * DAY,
  );
  return withAges({ userItems, times }).userItems;
}

const matrixScores = (matrix: CsrMatrix, params = {}) => {
  const model = fitModel("ItemTransition", inputOf(matrix, kernels), params);
  return Array.from({ length: matrix.columnCount }, (_, item) => [
    ...scoreProfile(model, { indices: Uint32Array.of(item), weights: Float32Array.of(1) }),
  ]);
};

function expectClose(actual: readonly number[][], expected: readonly number[][]): void {
  for (const [row, values] of expected.entries()) {
    for (const [column, value] of values.entries()) expect(actual[row]?.[column]).toBeCloseTo(value, 4);
  }
}

describe("ItemTransition", () => {
  it("counts what came after an item by 1 / distance, over the number of people who have it", () => {
    // One took 0, 1, 2 in this order; the other 1, 0.
    const matrix = takenOn([
      [1, 2, 3],
      [5, 4, 0],
    ]);
    expectClose(matrixScores(matrix), [
      [0, 1 / 2, 1 / 2 / 2],
      [1 / 2, 0, 1 / 2],
      [0, 0, 0],
    ]);
  });

  it("goes no farther than max_distance, 10 by default", () => {
    const matrix = takenOn([Array.from({ length: 13 }, (_, at) => at + 1)]);
    const [first] = matrixScores(matrix);
    expect(first?.[10]).toBeCloseTo(1 / 10, 4);
    expect(first?.slice(11)).toEqual([0, 0]);
    expect(matrixScores(matrix, { max_distance: 2 })[0]?.map(Math.sign)).toEqual([
      ...[0, 1, 1],
      ...Array.from({ length: 10 }, () => 0),
    ]);
  });

  it("counts half in each direction where the order of two is unknown", () => {
    expectClose(matrixScores(takenOn([[1, 1, 2]])), [
      [0, 1 / 2, 1 / 2],
      [1 / 2, 0, 1],
      [0, 0, 0],
    ]);
  });

  it("leaves out interactions without a time, and does not count them as steps", () => {
    expectClose(matrixScores(takenOn([[1, Number.NaN, 2]])), [
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("keeps the strongest targets of an item", () => {
    const [first] = matrixScores(takenOn([[1, 2, 3, 4]]), { top_k: 2 });
    expect(first?.map(Math.sign)).toEqual([0, 1, 1, 0]);
  });

  it("adds up what follows each item of a profile, in whatever order and weight they were taken", () => {
    const matrix = takenOn([[1, 2, 3]]);
    const model = fitModel("ItemTransition", inputOf(matrix, kernels), {});
    const profile = { indices: Uint32Array.of(0, 1), weights: Float32Array.of(5, 0.1) };
    expectClose([[...scoreProfile(model, profile)]], [[0, 1, 1 / 2 + 1]]);
  });

  it("refuses data without times, in words", () => {
    const userItems = matrixOf([[1, 1]]);
    const request = { algorithm: "ItemTransition", params: {}, userItems, kernels, seed: 1 } as const;
    expect(() => beginFit(request)).toThrow("ItemTransition needs the time of each interaction");
  });

  it("takes no more kernel memory than estimated, and stores no more", () => {
    const input = inputOf(aged(matrixOf(randomRows(400, 300, 1, 0.1))), kernels);
    const before = kernels.allocatedBytes;
    const request = {
      algorithm: "ItemTransition",
      params: { top_k: 20 },
      userItems: input.userItems,
    } as const;
    const task = beginFit({ ...request, kernels, seed: 1 });
    let most = 0;
    while (!task.done) {
      task.step();
      most = Math.max(most, kernels.allocatedBytes - before);
    }
    const model = task.model();
    const stored = model.encode().reduce((sum, { data }) => sum + data.byteLength, 0);
    const { users, items, interactions } = shapeOf(input.userItems);
    const { fitMb, accepted } = estimateFit(shapeOf(input.userItems), "ItemTransition", request.params);
    const data = 16 * interactions + 4 * (users + items) + 1e6;
    expect(accepted).toBe(true);
    expect(fitMb * 1e6 - data).toBeGreaterThan(most + 2 * stored);
    expect(fitMb * 1e6 - data).toBeLessThan(1.5 * (most + 2 * stored + 12 * interactions));
    task.dispose();
  });

  it("estimates long lists by what follows, not by all that users have in common", () => {
    // Two hundred users, each with 60 of 3,000 items: an item has some 4 users, and 10 targets of each.
    const days = randomRows(200, 3000, 2, 0.02).map((row, user) =>
      row.map((value, item) => (value > 0 ? 1 + ((item * (2 * user + 3)) % 3001) : 0)),
    );
    const userItems = takenOn(days);
    const task = beginFit({
      algorithm: "ItemTransition",
      params: { top_k: 300 },
      userItems,
      kernels,
      seed: 1,
    });
    while (!task.done) task.step();
    const stored = task
      .model()
      .encode()
      .reduce((sum, { data }) => sum + data.byteLength, 0);
    const { storedBytes } = algorithmOf("ItemTransition").cost;
    const estimated = storedBytes(shapeOf(userItems), { top_k: 300, max_distance: 10 }, false);
    expect(estimated / stored).toBeGreaterThan(0.95);
    expect(estimated / stored).toBeLessThan(1.3);
    task.dispose();
  });

  it("stores no more than estimated, whatever shares a moment", () => {
    const { storedBytes } = algorithmOf("ItemTransition").cost;
    const random = createRandom(8);
    const wrong: string[] = [];
    for (let run = 0; run < 150; run++) {
      const [userCount, itemCount, days] = [1 + random.below(40), 1 + random.below(60), 1 + random.below(30)];
      const share = random.next();
      // Popular items, users with long lists, few days or many, and some interactions without a time.
      const rows = Array.from({ length: userCount }, () => {
        const activity = random.next() ** 2;
        return Array.from({ length: itemCount }, (_, item) => {
          if (random.next() > 2 * share * activity * (1 - item / itemCount)) return 0;
          return random.next() < 0.02 ? Number.NaN : 1 + random.below(days);
        });
      });
      rows[0] = Array.from({ length: itemCount }, (_, item) => 1 + (item % days));
      const userItems = takenOn(rows);
      const params = {
        top_k: random.below(2) === 0 ? null : 1 + random.below(40),
        max_distance: 1 + random.below(12),
      };
      const stored = fitModel("ItemTransition", inputOf(userItems, kernels), params)
        .encode()
        .reduce((sum, { name, data }) => sum + (name.endsWith(".settings") ? 0 : data.byteLength), 0);
      const { ages: _, ...timeless } = userItems;
      const known = shapeOf(userItems);
      const { neighbours: __, ...sizes } = known;
      const bounds = [known, shapeOf(timeless), sizes].map((shape) => storedBytes(shape, params, false));
      // Of one item or a few, what begins and ends the rows is not counted.
      if (bounds.some((bound) => bound + 16 < stored))
        wrong.push(`${run}: ${stored} of ${bounds.join(", ")}`);
    }
    expect(wrong).toEqual([]);
  });

  it("estimates from data without their times as if all were taken at the same moment", () => {
    const days = randomRows(60, 200, 2, 0.2).map((row) => row.map((value) => (value > 0 ? 1 : 0)));
    const matrix = takenOn(days);
    const { ages: _, ...timeless } = matrix;
    const { storedBytes } = algorithmOf("ItemTransition").cost;
    const params = { top_k: 500, max_distance: 3 };
    expect(storedBytes(shapeOf(timeless), params, false)).toBe(storedBytes(shapeOf(matrix), params, false));
  });
});
