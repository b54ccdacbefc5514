import { expect, it } from "vitest";
import { comparedIds, haveOneMeasure, MAX_COMPARED_JOBS } from "#web/features/tuning/compared-jobs.ts";

it("reads each job of an address once, and no more than fit", () => {
  expect(comparedIds("3,7,3,x,-1,0,1.5")).toEqual([3, 7]);
  expect(comparedIds("")).toEqual([]);
  expect(comparedIds("1,2,3,4,5,6")).toHaveLength(MAX_COMPARED_JOBS);
});

it("compares scores only of one test part of the same data", () => {
  const job = { data: 1, test_part: "a" };
  expect(haveOneMeasure([job, { ...job }])).toBe(true);
  expect(haveOneMeasure([job, { data: 1, test_part: "b" }])).toBe(false);
  expect(haveOneMeasure([job, { data: 2, test_part: "a" }])).toBe(false);
});
