import { describe, expect, it } from "vitest";
import type { SequenceData } from "#engine/data/build/build-sequences.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { queryProfile } from "#engine/evaluate/query-profile.ts";
import {
  firstRows,
  lastItems,
  prefixes,
  type QueryPart,
  withoutLast,
} from "#engine/split/split-sequences.ts";

function dataOf(rows: readonly (readonly number[])[], days: readonly number[] | null = null): SequenceData {
  const ids = (count: number) => {
    const builder = new IdMapBuilder();
    for (let at = 0; at < count; at++) builder.intern(`${at}`);
    return builder.finish();
  };
  const offsets = new Uint32Array(rows.length + 1);
  for (const [row, items] of rows.entries()) offsets[row + 1] = (offsets[row] as number) + items.length;
  return {
    ...{ rows: ids(rows.length), items: ids(6), offsets, places: Uint32Array.from(rows.flat()) },
    days: days && Float64Array.from(days),
  };
}

/** Of each request what it knows, in order, and its next item; null for one that no fit knows. */
const askedOf = ({ queries, heldout, unknownHeldout }: QueryPart) =>
  Array.from(unknownHeldout, (unknown, row) => ({
    knows: [...(queryProfile(queries, row).recent?.items ?? [])],
    next: unknown > 0 ? null : csrRow(heldout, row).indices[0],
  }));

const ROWS = [
  [0, 1, 2, 3],
  [4, 5],
  [1, 0, 1],
];

describe("next-item", () => {
  it("fits without the last items, and asks for one of them with all before it", () => {
    const data = dataOf(ROWS);
    expect([...withoutLast(data, 2).sequences.items]).toEqual([0, 1, 4, 5, 1]);
    expect(askedOf(lastItems(data, 2))).toEqual([
      { knows: [0, 1], next: 2 },
      { knows: [1], next: 0 },
    ]);
    expect(askedOf(lastItems(data, 1))).toEqual([
      { knows: [0, 1, 2], next: 3 },
      { knows: [1, 0], next: 1 },
    ]);
  });

  it("leaves known items out of lists", () => {
    expect(lastItems(dataOf(ROWS), 1).queries.keepsKnown).toBe(false);
  });

  it("counts days to the target in requests, and to the newest of all in the fit", () => {
    const data = dataOf([[0, 1, 2]], [10, 14, 20]);
    expect([...(queryProfile(lastItems(data, 1).queries, 0).recent?.daysAgo ?? [])]).toEqual([10, 6]);
    expect([...(withoutLast(data, 1).sequences.ages ?? [])]).toEqual([10, 6]);
  });

  it("has a matrix with each item of a row once", () => {
    const { userItems } = withoutLast(dataOf([[3, 1, 3, 0, 2]]), 2);
    expect([...userItems.indices]).toEqual([1, 3]);
    expect([...userItems.values]).toEqual([1, 1]);
  });

  it("refuses rows that are all too short", () => {
    expect(() => lastItems(dataOf([[0, 1], [2]]), 1)).toThrow("No row is long enough");
  });
});

describe("sessions", () => {
  const all = (item: number) => item;

  it("asks for every item but the first, and keeps known items in lists", () => {
    const part = prefixes(dataOf(ROWS), 6, 1, all, true);
    expect(askedOf(part)).toEqual([
      { knows: [4], next: 5 },
      { knows: [1], next: 0 },
      { knows: [1, 0], next: 1 },
    ]);
    expect(part.queries.keepsKnown).toBe(true);
  });

  it("leaves unknown items out of what is known; as targets they are never found, or left out", () => {
    const known = (item: number) => (item === 2 ? -1 : item);
    const found = [
      { knows: [0], next: 1 },
      { knows: [0, 1], next: 3 },
    ];
    const data = dataOf([[0, 1, 2, 3]]);
    expect(askedOf(prefixes(data, 6, 0, known, false))).toEqual(found);
    expect(askedOf(prefixes(data, 6, 0, known, true))).toEqual([
      found[0],
      { knows: [0, 1], next: null },
      found[1],
    ]);
  });

  it("takes the first rows as the older ones", () => {
    const { sequences } = firstRows(dataOf(ROWS), 0.7);
    expect([...sequences.items]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(sequences.areRowsInOrder).toBe(true);
  });
});
