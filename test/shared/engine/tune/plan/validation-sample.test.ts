import { describe, expect, it } from "vitest";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { rowsOnly, validationSample, watchedSample } from "#engine/tune/plan/validation-sample.ts";
import { matrixOf, rowsOf } from "../../split/matrix-factory.ts";

/** One entry for every other user. */
function everyOther(userCount: number, itemCount: number): CsrMatrix {
  const indptr = Uint32Array.from({ length: userCount + 1 }, (_, row) => Math.ceil(row / 2));
  const length = indptr[userCount] as number;
  return {
    rowCount: userCount,
    columnCount: itemCount,
    indptr,
    indices: new Uint32Array(length),
    values: new Float32Array(length).fill(1),
  };
}

describe("validationSample", () => {
  it("takes all users with something held out where that is quick", () => {
    expect([...validationSample(everyOther(6, 100), 1)]).toEqual([0, 2, 4]);
  });

  it("takes a sample by the seed where it is not, of measurable users without repeats", () => {
    const heldout = everyOther(30_000, 40_000);
    const users = validationSample(heldout, 1);
    expect(users).toHaveLength(7_000);
    expect(new Set(users).size).toBe(7_000);
    expect(users.every((user, at) => user % 2 === 0 && user > (users[at - 1] ?? -1))).toBe(true);
    // Runs of 16 neighbours; every second one can be measured. Seven of eight steps lead to the next one.
    const steps = users.subarray(1).map((user, at) => user - (users[at] as number));
    expect(steps.filter((step) => step === 2).length).toBeGreaterThan(6_000);
    expect(validationSample(heldout, 1)).toEqual(users);
    expect(validationSample(heldout, 2)).not.toEqual(users);
  });

  it("takes a thousand users however many items there are", () => {
    expect(validationSample(everyOther(30_000, 4_000_000), 1)).toHaveLength(1_000);
  });
});

describe("watchedSample", () => {
  it("takes a few users of the sample by the seed", () => {
    const heldout = everyOther(30_000, 20_000);
    const sample = validationSample(heldout, 1);
    const few = watchedSample(heldout, sample, 1);
    expect(few).toHaveLength(2_000);
    expect([...(few ?? [])].every((user) => sample.includes(user))).toBe(true);
    expect(watchedSample(heldout, sample, 1)).toEqual(few);
    expect(watchedSample(heldout, sample, 2)).not.toEqual(few);
  });

  it("takes none where all of the sample are quick to measure, or hardly more than a few", () => {
    const watched = (heldout: CsrMatrix) => watchedSample(heldout, validationSample(heldout, 1), 1);
    expect(watched(everyOther(2_000, 10_000))).toBeNull();
    expect(watched(everyOther(30_000, 4_000_000))).toBeNull();
  });
});

describe("rowsOnly", () => {
  it("empties the rows of all others", () => {
    const matrix = matrixOf([[0, 2], [1], [], [0, 1]], 3);
    expect(rowsOf(rowsOnly(matrix, Uint32Array.of(0, 3)))).toEqual([[0, 2], [], [], [0, 1]]);
    expect(rowsOnly(matrix, Uint32Array.of(0, 1, 3))).toEqual(matrix);
  });
});
