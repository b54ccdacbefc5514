/** Usage by day as series of a chart. Pure. */
import type { UsageResponse } from "#contract/usage.ts";

type Row = UsageResponse["usage"][number];

export interface Series {
  readonly id: number;
  readonly name: string;
  /** One for each day. */
  readonly values: readonly number[];
}

/** The most series that a chart has; all further ones are one. */
const MAX_SERIES = 7;
const REST_ID = -1;

/**
 * A series for each group, the largest first.
 *
 * @param idOf    The group of a row; null for rows that do not count.
 * @param restName The name of all groups past the seventh.
 */
export function seriesOf(
  rows: readonly Row[],
  days: readonly string[],
  of: {
    readonly id: (row: Row) => number | null;
    readonly name: (row: Row) => string;
    readonly value: (row: Row) => number;
    readonly restName: string;
  },
): Series[] {
  const groups = new Map<number, { name: string; total: number; byDay: Map<string, number> }>();
  for (const row of rows) {
    const id = of.id(row);
    const value = of.value(row);
    if (id === null || value === 0) continue;
    const group = groups.get(id) ?? { name: of.name(row), total: 0, byDay: new Map() };
    group.total += value;
    group.byDay.set(row.day, (group.byDay.get(row.day) ?? 0) + value);
    groups.set(id, group);
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.total - a.total);
  const shown = sorted.slice(0, MAX_SERIES).map(([id, { name, byDay }]) => ({
    id,
    name,
    values: days.map((day) => byDay.get(day) ?? 0),
  }));
  const rest = sorted.slice(MAX_SERIES).map(([, { byDay }]) => byDay);
  if (rest.length === 0) return shown;
  const values = days.map((day) => rest.reduce((sum, byDay) => sum + (byDay.get(day) ?? 0), 0));
  return [...shown, { id: REST_ID, name: of.restName, values }];
}

/** Sums of all rows. */
export function usageTotals(
  rows: readonly Row[],
): Record<"requests" | "lists" | "events" | "limited", number> {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    requests: sum((row) => row.requests),
    lists: sum((row) => row.lists),
    events: sum((row) => row.events),
    limited: sum((row) => row.limited),
  };
}
