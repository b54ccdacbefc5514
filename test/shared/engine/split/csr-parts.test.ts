import { describe, expect, it } from "vitest";
import { mergeParts } from "#engine/split/csr-parts.ts";
import { splitDataset } from "#engine/split/split-dataset.ts";
import { matrixOf, randomMatrix } from "./matrix-factory.ts";

describe("mergeParts", () => {
  it("puts the parts of a split together again", () => {
    const userItems = randomMatrix(100, 40, 20, 9);
    userItems.values.set(userItems.values.map((_, entry) => entry + 1));
    const config = {
      scheme: "RG",
      heldout_ratio: 0.3,
      n_heldout: null,
      test_user_ratio: 1,
      n_test_users: null,
    } as const;
    const { train, validation, test } = splitDataset({ userItems, times: null }, config, 1);
    expect(mergeParts(test, mergeParts(train, validation))).toEqual(userItems);
  });

  it("refuses other shapes and entries that both parts hold", () => {
    const a = matrixOf([[0, 1], [2]], 3);
    for (const b of [matrixOf([[0]], 3), matrixOf([[], []], 4), matrixOf([[], [2]], 3)])
      expect(() => mergeParts(a, b)).toThrow(expect.objectContaining({ code: "BAD_DATA" }));
  });
});
