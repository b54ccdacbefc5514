import { describe, expect, it } from "vitest";
import { heldSessions, newestSessions } from "#engine/algorithms/sequence/session-index.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { agedByWeight, asked, fitSequences, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();
const PLAIN = {
  ...{ k: 10, sample: 10, recency_steps: 1e4, reach: 1e4, last_steps: 1e4 },
  ...{ length_power: 0, idf_power: 0, row_recency: null, known_share: 1 },
};

describeAlgorithmContract(
  "SessionKNN",
  {},
  { prepare: agedByWeight, recoversUnordered: false, scoresStayAfterErasure: false },
);

const modelOf = (rows: readonly (readonly number[])[], params = {}) =>
  fitSequences({
    ...{ algorithm: "SessionKNN", params: { ...PLAIN, ...params }, itemCount: 6, kernels },
    sequences: sequencesOf(rows, true),
  });

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [at, value] of expected.entries()) expect(actual[at]).toBeCloseTo(value, 3);
}

describe("SessionKNN", () => {
  it("adds up the items of sessions by how many items they share", () => {
    const model = modelOf([
      [0, 1, 2],
      [0, 3],
      [4, 5],
    ]);
    expectClose(scoresOf(model, asked([0, 1])), [3, 2, 2, 1, 0, 0]);
  });

  it("keeps the k most similar sessions, the newer of equals", () => {
    const model = modelOf(
      [
        [0, 1],
        [0, 2],
        [0, 3],
      ],
      { k: 1 },
    );
    expectClose(scoresOf(model, asked([0])), [1, 0, 0, 1, 0, 0]);
  });

  it("looks at the newest sessions of an item alone", () => {
    const model = modelOf(
      [
        [0, 1],
        [0, 2],
        [0, 3],
      ],
      { sample: 2 },
    );
    expectClose(scoresOf(model, asked([0])), [2, 0, 1, 1, 0, 0]);
  });

  it("counts what stands near the newest shared item more", () => {
    const model = modelOf([[1, 0, 2, 3]], { reach: 1 });
    const near = Math.exp(-1);
    expectClose(scoresOf(model, asked([0])), [1, near, near, near ** 2, 0, 0]);
  });

  it("counts shared items that are newer in the request more, and their sessions", () => {
    const model = modelOf(
      [
        [0, 2],
        [1, 3],
      ],
      { recency_steps: 1, last_steps: 2 },
    );
    expectClose(scoresOf(model, asked([0, 1])), [Math.exp(-1 - 1 / 2), 1, Math.exp(-1 - 1 / 2), 1, 0, 0]);
  });

  it("divides by powers of length and weighs rare items and new sessions more", () => {
    expectClose(scoresOf(modelOf([[0, 1, 2, 3]], { length_power: 0.5 }), asked([0])), [0.5, 0.5, 0.5, 0.5]);
    const rows = [
      [0, 1],
      [0, 2],
      [3, 4],
    ];
    const common = Math.log(4 / 2) / Math.log(4);
    expectClose(scoresOf(modelOf(rows, { idf_power: 1 }), asked([0])), [2 * common, common, common, 0]);
    const older = Math.exp(-2 / 3);
    expectClose(scoresOf(modelOf(rows, { row_recency: 1 }), asked([0])), [
      older + Math.exp(-1 / 3),
      older,
      Math.exp(-1 / 3),
      0,
    ]);
  });

  it("looks at a bounded number of sessions, those of the newest items first", () => {
    // 15,000 sessions of each item: the 20,000 that are looked at are all of item 1's and the newest 5,000 of item 0's.
    const rows = Array.from({ length: 30_000 }, (_, at) => (at < 15_000 ? [0, 2] : [1, 3]));
    const model = modelOf(rows, { k: 100_000, sample: 100_000 });
    const sums = scoresOf(model, asked([0, 1]));
    expectClose(
      sums.map((sum) => sum / 15_000),
      [1 / 3, 1, 1 / 3, 1, 0, 0],
    );
  });

  it("makes a shortlist of the scores", () => {
    const model = modelOf([
      [0, 1, 2],
      [0, 3],
      [4, 5],
    ]);
    const list = model.shortlist?.(asked([0, 1]));
    expect([...(list?.near(2, (item) => item > 1) ?? [])].sort()).toEqual([2, 3]);
    expect([...(list?.known?.scores ?? [])]).toEqual(scoresOf(model, asked([0, 1])));
  });

  it("scores the same when it scores again", () => {
    const model = modelOf([
      [0, 1, 2],
      [0, 3],
      [2, 5],
    ]);
    const first = scoresOf(model, asked([0, 2]));
    scoresOf(model, asked([3]));
    expect(scoresOf(model, asked([0, 2]))).toEqual(first);
  });

  it("keeps the newest sessions where more do not fit, each in its row", () => {
    const { offsets, items } = sequencesOf([[0, 1], [2], [3, 4, 5]], true);
    const kept = newestSessions({ offsets, items }, { sessions: 2, places: 100 });
    expect([[...kept.offsets], [...kept.items]]).toEqual([
      [0, 0, 1, 4],
      [2, 3, 4, 5],
    ]);
    expect(heldSessions({ offsets }, { sessions: 100, places: 3 })).toBe(1);
    expect(newestSessions({ offsets, items }).items).toBe(items);
  });
});
