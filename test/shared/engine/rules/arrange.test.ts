import { describe, expect, it } from "vitest";
import { emptyBitmap, hasBit, setBit } from "#engine/catalogue/bitmap.ts";
import { createRandom } from "#engine/random.ts";
import type { Cap, Pin } from "#engine/rules/apply-rules.ts";
import { arrange } from "#engine/rules/arrange.ts";

const ROWS = 100;

function pin(position: number, ...rows: number[]): Pin {
  const bitmap = emptyBitmap(ROWS);
  for (const row of rows) setBit(bitmap, row);
  return { rows: bitmap, position };
}

/** Arranges a ranking whose rows are all that there are. */
function arranged(ranking: readonly number[], length: number, pins: readonly Pin[], caps: readonly Cap[]) {
  return arrange({
    ranked: (count) => ranking.slice(0, count),
    length,
    pins,
    caps,
    bestOf: (rows, taken) => ranking.find((row) => hasBit(rows, row) && !taken.has(row)) ?? null,
  });
}

const byParity = (most: number): Cap => ({ most, groupOf: (row) => row % 2 });

describe("arrange", () => {
  it("puts pinned rows at their positions and shifts the others", () => {
    expect(arranged([5, 6, 7, 8], 4, [pin(1, 8), pin(3, 6)], [])).toEqual([8, 5, 6, 7]);
  });

  it("gives a position to the first of two pins, and a row to one position only", () => {
    expect(arranged([5, 6, 7], 3, [pin(1, 7), pin(1, 6), pin(2, 7)], [])).toEqual([7, 5, 6]);
    expect(arranged([5, 6, 7], 3, [pin(2, 6, 7), pin(1, 6, 7)], [])).toEqual([7, 6, 5]);
  });

  it("leaves no hole before a pin past the end", () => {
    expect(arranged([5, 6], 10, [pin(9, 5)], [])).toEqual([6, 5]);
  });

  it("skips rows of full groups, looks further down, and counts pinned rows", () => {
    const ranking = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 2, 4];
    expect(arranged(ranking, 3, [], [byParity(1)])).toEqual([1, 2]);
    expect(arranged(ranking, 3, [], [byParity(2)])).toEqual([1, 3, 2]);
    expect(arranged(ranking, 3, [pin(2, 9)], [byParity(2)])).toEqual([1, 9, 2]);
  });

  it("shows pinned rows even where their group is full", () => {
    expect(arranged([1, 2], 3, [pin(1, 1), pin(2, 3), pin(3, 5)], [byParity(1)])).toEqual([1, 2]);
    expect(arranged([1, 2, 3, 5], 3, [pin(1, 1), pin(2, 3), pin(3, 5)], [byParity(1)])).toEqual([1, 3, 5]);
  });

  it("keeps a row that is pinned past the end for its own page, and room in its group", () => {
    expect(arranged([5, 6, 7, 8], 2, [pin(3, 5)], [])).toEqual([6, 7]);
    expect(arranged([5, 6, 7, 8], 4, [pin(3, 5)], [])).toEqual([6, 7, 5, 8]);
    expect(arranged([5, 7, 6], 1, [pin(2, 5)], [byParity(1)])).toEqual([6]);
  });

  it("begins a longer list with the shorter one, on random lists", () => {
    const random = createRandom(6);
    for (let at = 0; at < 1000; at++) {
      const ranking = Array.from({ length: random.below(20) }, (_, row) => row);
      const pins = Array.from({ length: random.below(4) }, () => pin(1 + random.below(25), random.below(20)));
      const caps = random.below(2) === 0 ? [] : [byParity(1 + random.below(5))];
      const whole = arranged(ranking, 30, pins, caps);
      for (let length = 1; length < 30; length++) {
        expect(arranged(ranking, length, pins, caps)).toEqual(whole.slice(0, length));
      }
    }
  });

  it("equals filling one position after the other, on random lists", () => {
    const random = createRandom(5);
    for (let at = 0; at < 3000; at++) {
      const ranking = Array.from({ length: random.below(60) }, (_, row) => row).sort(
        () => random.below(3) - 1,
      );
      const length = 1 + random.below(12);
      const caps =
        random.below(2) === 0 ? [] : [{ most: 1 + random.below(3), groupOf: (row: number) => (row % 4) - 1 }];
      const pins = Array.from({ length: random.below(3) }, () =>
        pin(1 + random.below(2 * length), random.below(60), random.below(60)),
      );
      expect(arranged(ranking, length, pins, caps)).toEqual(naive(ranking, length, pins, caps));
    }
  });
});

function naive(
  ranking: readonly number[],
  length: number,
  pins: readonly Pin[],
  caps: readonly Cap[],
): number[] {
  const at = new Map<number, number>();
  for (const { rows, position } of pins) {
    const row = ranking.find((one) => hasBit(rows, one) && ![...at.values()].includes(one));
    if (row !== undefined && !at.has(position)) at.set(position, row);
  }
  const list: number[] = [];
  const rest = ranking.filter((row) => ![...at.values()].includes(row));
  const shown = [...at.values()];
  while (list.length < length) {
    const pinned = at.get(list.length + 1);
    if (pinned !== undefined) {
      list.push(pinned);
      continue;
    }
    const next = rest.find((row) =>
      caps.every(({ most, groupOf }) => {
        const group = groupOf(row);
        return group < 0 || shown.filter((one) => groupOf(one) === group).length < most;
      }),
    );
    if (next === undefined) break;
    rest.splice(rest.indexOf(next), 1);
    shown.push(next);
    list.push(next);
  }
  const left = [...at].filter(([position]) => position > list.length).sort(([a], [b]) => a - b);
  return [...list, ...left.map(([, row]) => row)].slice(0, length);
}
