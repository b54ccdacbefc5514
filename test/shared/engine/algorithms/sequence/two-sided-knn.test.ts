import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { agedByWeight, asked, fitSequences, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();
const PLAIN = { decay: 2, decay_floor: 0, after_weight: 0, row_power: 0, column_power: 0, recency_steps: 0 };

describeAlgorithmContract("TwoSidedKNN", {}, { prepare: agedByWeight });
describeAlgorithmContract(
  "TwoSidedKNN",
  { column_power: 0, row_power: 0, after_weight: 0 },
  {
    prepare: agedByWeight,
    recoversUnordered: false,
  },
);

/** The formula, pair by pair. */
function naive(rows: readonly (readonly number[])[], itemCount: number, params: typeof PLAIN): number[][] {
  const table = Array.from({ length: itemCount }, () => new Array<number>(itemCount).fill(0));
  const weight = (distance: number) => Math.max(Math.exp(-(distance - 1) / params.decay), params.decay_floor);
  const add = (source: number, target: number, amount: number) => {
    const row = table[source] as number[];
    row[target] = (row[target] as number) + amount;
  };
  for (const row of rows) {
    for (const [e, target] of row.entries()) {
      const before = new Set<number>();
      for (let p = e - 1; p >= 0; p--) {
        const source = row[p] as number;
        if (!before.has(source)) add(source, target, weight(e - p));
        before.add(source);
      }
      const after = new Set<number>([target]);
      for (let p = e + 1; p < row.length; p++) {
        const source = row[p] as number;
        if (!after.has(source)) add(source, target, params.after_weight * weight(p - e));
        after.add(source);
      }
    }
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const powered = table.map((row) => row.map((value) => value * (sum(row) || 1) ** -params.row_power));
  const columns = Array.from({ length: itemCount }, (_, column) =>
    sum(powered.map((row) => row[column] ?? 0)),
  );
  return powered.map((row) =>
    row.map((value, column) => value * ((columns[column] as number) || 1) ** -params.column_power),
  );
}

const fitted = (rows: readonly (readonly number[])[], itemCount: number, params = {}) =>
  fitSequences({
    ...{ algorithm: "TwoSidedKNN", params: { ...PLAIN, ...params }, itemCount, kernels },
    sequences: sequencesOf(rows),
  });

describe("TwoSidedKNN", () => {
  it("equals its formula on random sequences with repeats", () => {
    const random = createRandom(3);
    const rows = Array.from({ length: 30 }, () =>
      Array.from({ length: 2 + Math.floor(8 * random.next()) }, () => Math.floor(12 * random.next())),
    );
    const params = { ...PLAIN, decay_floor: 0.2, after_weight: 0.5, row_power: 0.4, column_power: 0.2 };
    const expected = naive(rows, 12, params);
    const model = fitted(rows, 12, params);
    for (let item = 0; item < 12; item++) {
      for (const [target, score] of scoresOf(model, asked([item])).entries())
        expect(score).toBeCloseTo(expected[item]?.[target] as number, 3);
    }
  });

  it("counts newer items of a request more, each where it is newest", () => {
    const model = fitted(
      [
        [0, 1],
        [2, 3],
      ],
      4,
      { recency_steps: 1 },
    );
    expect(scoresOf(model, asked([2, 0, 0]))[1]).toBeCloseTo(1, 4);
    expect(scoresOf(model, asked([2, 0, 0]))[3]).toBeCloseTo(Math.exp(-2), 4);
    expect(scoresOf(model, asked([0, 2, 0]))[1]).toBeCloseTo(1, 4);
  });

  it("counts what was taken long ago less, and never less than a twentieth for its days", () => {
    const model = fitted(
      [
        [0, 1],
        [2, 3],
      ],
      4,
      { recency_steps: 1e4, recency_days: 10 },
    );
    const scores = scoresOf(model, asked([0, 2], [1000, 10]));
    expect(scores[1]).toBeCloseTo(0.05, 3);
    expect(scores[3]).toBeCloseTo(Math.exp(-1), 3);
  });

  it("needs an order", () => {
    const params = { algorithm: "TwoSidedKNN", params: {}, itemCount: 2, kernels } as const;
    const sequences = sequencesOf([[0, 1]]);
    expect(() => fitSequences({ ...params, sequences: undefined as never })).toThrow();
    expect(() => fitSequences({ ...params, sequences })).not.toThrow();
  });
});
