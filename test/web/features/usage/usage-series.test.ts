import { describe, expect, it } from "vitest";
import { seriesOf, usageTotals } from "#web/features/usage/usage-series.ts";

const row = (day: string, key: number, requests: number) => ({
  ...{ day, key, key_name: `key ${key}`, slot: null, slot_name: null },
  ...{ requests, limited: 1, lists: 2, events: 3 },
});
const BY_KEY = {
  id: ({ key }: { key: number }) => key,
  name: ({ key_name }: { key_name: string | null }) => key_name ?? "",
  value: ({ requests }: { requests: number }) => requests,
  restName: "others",
};
const DAYS = ["2026-11-27", "2026-11-28"];

describe("seriesOf", () => {
  it("has a value for each day, the largest group first", () => {
    const rows = [
      row("2026-11-28", 1, 5),
      row("2026-11-28", 2, 9),
      row("2026-11-27", 2, 1),
      row("2026-11-27", 3, 0),
    ];
    expect(seriesOf(rows, DAYS, BY_KEY)).toEqual([
      { id: 2, name: "key 2", values: [1, 9] },
      { id: 1, name: "key 1", values: [0, 5] },
    ]);
  });

  it("joins all groups past the seventh", () => {
    const rows = Array.from({ length: 9 }, (_, key) => row("2026-11-28", key + 1, 10 - key));
    const series = seriesOf(rows, DAYS, BY_KEY);
    expect(series.map(({ name }) => name)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7].map((key) => `key ${key}`),
      "others",
    ]);
    expect(series.at(-1)?.values).toEqual([0, 3 + 2]);
  });
});

it("adds up all rows", () => {
  expect(usageTotals([row("2026-11-28", 1, 5), row("2026-11-27", 1, 2)])).toEqual({
    ...{ requests: 7, limited: 2, lists: 4, events: 6 },
  });
});
