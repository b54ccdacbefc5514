import { expect, it } from "vitest";
import { thompsonShares } from "#engine/experiment/allocate.ts";
import { shareSample } from "#engine/experiment/statistics/sample.ts";
import { createRandom } from "#engine/random.ts";

const shares = (rates: readonly [number, number][], floor = 0.05) =>
  thompsonShares(
    rates.map(([successes, count]) => shareSample(successes, count)),
    floor,
    createRandom(3),
  );
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

it("shares between the best and its rival", () => {
  const [a = 0, b = 0, c = 0] = shares([
    [100, 1000],
    [150, 1000],
    [148, 1000],
  ]);
  expect([a, b > 0.4, c > 0.3]).toEqual([0.05, true, true]);
});

it("keeps the floor of all and adds up to 1", () => {
  const found = shares(
    [
      [500, 1000],
      [490, 1000],
      [6, 1000],
      [7, 1000],
    ],
    0.1,
  );
  expect(Math.min(...found)).toBeCloseTo(0.1, 12);
  expect(total(found)).toBeCloseTo(1, 12);
});

it("gives equal shares before there is anything to go by", () => {
  expect(
    shares([
      [0, 0],
      [5, 10],
    ]),
  ).toEqual([0.5, 0.5]);
  expect(
    shares([
      [0, 100],
      [0, 100],
    ]),
  ).toEqual([0.5, 0.5]);
  expect(shares([[5, 10]], 0)).toEqual([1]);
});

it("refuses a floor that leaves no room", () => {
  expect(() =>
    shares(
      [
        [1, 2],
        [1, 2],
      ],
      0.6,
    ),
  ).toThrow("The floor must be between 0 and 1/2");
  expect(() =>
    shares(
      [
        [1, 2],
        [1, 2],
      ],
      Number.NaN,
    ),
  ).toThrow("The floor");
});
