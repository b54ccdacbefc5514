import { expect, it } from "vitest";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { withIdsOf } from "#engine/split/with-ids-of.ts";

const ids = (...names: string[]) => {
  const builder = new IdMapBuilder();
  for (const name of names) builder.intern(name);
  return builder.finish();
};
const dataset = {
  ...{ users: ids("u", "v"), items: ids("a", "b"), times: Float64Array.of(1, 2) },
  userItems: {
    ...{ rowCount: 2, columnCount: 2, indptr: Uint32Array.of(0, 1, 2) },
    ...{ indices: Uint32Array.of(1, 0), values: Float32Array.of(3, 4) },
  },
};
const other = { users: ids("w", "u"), items: ids("b", "c", "d") };

it("adds new ids after the own ones, without interactions", () => {
  const both = withIdsOf(dataset, other, { items: true, users: true });
  expect([0, 1, 2, 3].map((index) => both.items.idAt(index))).toEqual(["a", "b", "c", "d"]);
  expect(both.users.indexOf("w")).toBe(2);
  expect(both.userItems).toEqual({
    ...dataset.userItems,
    ...{ rowCount: 3, columnCount: 4, indptr: Uint32Array.of(0, 1, 2, 2) },
  });
});

it("adds those of one side alone, and changes nothing without new ids", () => {
  expect(withIdsOf(dataset, other, { items: false, users: true }).items).toBe(dataset.items);
  expect(withIdsOf(dataset, other, { items: false, users: false })).toBe(dataset);
  expect(withIdsOf(dataset, dataset, { items: true, users: true })).toBe(dataset);
});
