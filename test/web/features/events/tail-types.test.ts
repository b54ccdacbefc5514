import { expect, it } from "vitest";
import { choosableTypes, sumOfTypes } from "#web/features/events/tail-types.ts";

const TYPES = [
  { type: "view", last_hour: 2, last_day: 9 },
  { type: "click", last_hour: 0, last_day: 4 },
];

it("the chosen type can be chosen also when it has no event any more", () => {
  expect(choosableTypes(TYPES, null)).toEqual(TYPES);
  expect(choosableTypes(TYPES, "click")).toEqual(TYPES);
  expect(choosableTypes(TYPES, "rating")).toEqual([...TYPES, { type: "rating", last_hour: 0, last_day: 0 }]);
});

it("all types have the sum of each", () => {
  expect(sumOfTypes(TYPES)).toEqual({ last_hour: 2, last_day: 13 });
  expect(sumOfTypes([])).toEqual({ last_hour: 0, last_day: 0 });
});
