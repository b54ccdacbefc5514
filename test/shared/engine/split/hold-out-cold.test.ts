import { describe, expect, it } from "vitest";
import { COLD_SCHEMES, type SplitConfig } from "#engine/split/split-config.ts";
import { splitDataset } from "#engine/split/split-dataset.ts";
import { randomMatrix, rowsOf } from "./matrix-factory.ts";

const config = (changes: Partial<SplitConfig> = {}): SplitConfig => ({
  ...{ scheme: "cold-items", heldout_ratio: 0.2, n_heldout: null, test_user_ratio: 1, n_test_users: null },
  ...changes,
});
const dataset = { userItems: randomMatrix(120, 50, 20, 4), times: null };
const itemsOf = (matrix: typeof dataset.userItems) => new Set(rowsOf(matrix).flat());
const usersOf = (matrix: typeof dataset.userItems) =>
  new Set(rowsOf(matrix).flatMap((row, user) => (row.length > 0 ? [user] : [])));

describe("a split of a study by new items or users", () => {
  it.each(COLD_SCHEMES)("puts no %s of one part into another, and every entry into one part", (scheme) => {
    const split = splitDataset(dataset, config({ scheme }), 3);
    const ownersOf = scheme === "cold-items" ? itemsOf : usersOf;
    const all = ownersOf(dataset.userItems);
    const [train, validation, test] = [split.train, split.validation, split.test].map(ownersOf);
    const sizes = [train, validation, test].map((owners) => owners?.size ?? 0);
    // A fifth of all, then a fifth of the others.
    const first = Math.floor(0.2 * all.size);
    const second = Math.floor(0.2 * (all.size - first));
    expect(sizes).toEqual([all.size - first - second, second, first]);
    expect(new Set([...(train ?? []), ...(validation ?? []), ...(test ?? [])])).toEqual(all);
    const { trainCount, validationCount, testCount, unusedCount } = split.describe;
    expect([trainCount + validationCount + testCount, unusedCount]).toEqual([
      dataset.userItems.indices.length,
      0,
    ]);
  });

  it("ranks new items among themselves, and all items for new users", () => {
    const items = splitDataset(dataset, config(), 3);
    expect(new Set(items.validationItems)).toEqual(itemsOf(items.validation));
    expect(new Set(items.testItems)).toEqual(itemsOf(items.test));
    const users = splitDataset(dataset, config({ scheme: "cold-users" }), 3);
    expect([users.validationItems, users.testItems]).toEqual([undefined, undefined]);
    expect(users.describe.coldUserCount).toBe(usersOf(users.test).size + usersOf(users.validation).size);
  });

  it("repeats for a seed and changes with it", () => {
    const cut = (seed: number) => splitDataset(dataset, config(), seed);
    expect(cut(3)).toEqual(cut(3));
    expect(cut(3).testItems).not.toEqual(cut(4).testItems);
  });

  it.each([
    [{ heldout_ratio: 0 }, /heldout_ratio/],
    [{ heldout_ratio: 1 }, /heldout_ratio/],
    [{ heldout_ratio: 0.001 }, /not one of them for test/],
    [{ n_heldout: 3 }, /n_heldout/],
    [{ test_user_ratio: 0.5 }, /test_user_ratio/],
    [{ n_test_users: 3 }, /n_test_users/],
  ])("refuses %j", (changes, message) => {
    expect(() => splitDataset(dataset, config(changes), 1)).toThrow(message);
  });
});
