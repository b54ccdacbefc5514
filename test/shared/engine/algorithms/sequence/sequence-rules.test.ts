import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { agedByWeight, asked, fitSequences, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();
const PLAIN = { row_power: 0, column_power: 0, recency_steps: 0 };

describeAlgorithmContract("SequenceRules", {}, { prepare: agedByWeight, recoversUnordered: false });

const scoresAfter = (
  item: number,
  rows: readonly (readonly number[])[],
  params = {},
  areRowsInOrder = false,
) =>
  scoresOf(
    fitSequences({
      ...{ algorithm: "SequenceRules", params: { ...PLAIN, ...params }, itemCount: 4, kernels },
      sequences: sequencesOf(rows, areRowsInOrder),
    }),
    asked([item]),
  );

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [at, value] of expected.entries()) expect(actual[at]).toBeCloseTo(value, 4);
}

describe("SequenceRules", () => {
  it("counts what follows by 1 / distance, all pairs of repeats", () => {
    expectClose(
      scoresAfter(0, [
        [0, 1, 2],
        [0, 0, 1],
      ]),
      [1, 1 + 1 + 1 / 2, 1 / 2, 0],
    );
  });

  it("goes no farther than its steps", () => {
    expectClose(scoresAfter(0, [[0, 1, 2, 3]], { steps: 2 }), [0, 1, 1 / 2, 0]);
  });

  it("counts newer rows more where rows are in the order of time", () => {
    const rows = [
      [0, 1],
      [0, 2],
    ];
    expectClose(scoresAfter(0, rows, { row_recency: 0.5 }, true), [0, Math.exp(-1), 1, 0]);
    expectClose(scoresAfter(0, rows, { row_recency: 0.5 }), [0, 1, 1, 0]);
  });
});
