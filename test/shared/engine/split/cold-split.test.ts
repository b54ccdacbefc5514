import { describe, expect, it } from "vitest";
import { csrRow } from "../../../../shared/engine/data/csr-row.ts";
import { splitCold } from "../../../../shared/engine/split/cold-split.ts";
import { mergeParts } from "../../../../shared/engine/split/csr-parts.ts";
import { matrixOf, randomRows } from "../algorithms/fit-fixture.ts";

const matrix = matrixOf(randomRows(30, 20, 4));

describe("a split with cold items or users", () => {
  it.each(["cold-items", "cold-users"] as const)("keeps all interactions of %s out of training", (scheme) => {
    const { train, heldout, cold, candidates } = splitCold(matrix, scheme, 0.2, 3);
    // Of 20 items and 30 users, one of each has no interactions.
    expect(cold.length).toBe(scheme === "cold-items" ? 3 : 5);
    expect(candidates).toEqual(scheme === "cold-items" ? cold : undefined);
    for (let user = 0; user < matrix.rowCount; user++) {
      for (const item of csrRow(train, user).indices)
        expect(cold).not.toContain(scheme === "cold-items" ? item : user);
      for (const item of csrRow(heldout, user).indices)
        expect(cold).toContain(scheme === "cold-items" ? item : user);
    }
    expect(mergeParts(train, heldout)).toEqual(matrix);
  });

  it("is the same for the same seed, and another for another", () => {
    const [one, same, other] = [3, 3, 4].map((seed) => splitCold(matrix, "cold-items", 0.2, seed).cold);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it.each([0, 1, -0.5, Number.NaN, 0.01])("refuses a share of %d", (ratio) => {
    expect(() => splitCold(matrix, "cold-items", ratio, 1)).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER" }),
    );
  });
});
