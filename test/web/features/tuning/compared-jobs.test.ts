import { expect, it } from "vitest";
import { comparedIds, haveOneMeasure, MAX_COMPARED_JOBS } from "#web/features/tuning/compared-jobs.ts";

it("reads each job of an address once, and no more than fit", () => {
  expect(comparedIds("3,7,3,x,-1,0,1.5")).toEqual([3, 7]);
  expect(comparedIds("")).toEqual([]);
  expect(comparedIds("1,2,3,4,5,6")).toHaveLength(MAX_COMPARED_JOBS);
});

it("compares scores only of one metric on one test part of the same data", () => {
  const job = { data: 1, test_part: "a" };
  const evaluation = { target_metric: "ndcg", cutoff: 10 } as const;
  const known = { job, evaluation };
  expect(haveOneMeasure([known, { job: { ...job }, evaluation: { ...evaluation } }])).toBe(true);
  const others = [
    { job: { ...job, test_part: "b" }, evaluation },
    { job: { ...job, data: 2 }, evaluation },
    { job, evaluation: { ...evaluation, target_metric: "recall" as const } },
    { job, evaluation: { ...evaluation, cutoff: 20 } },
  ];
  expect(others.map((other) => haveOneMeasure([known, other]))).toEqual(others.map(() => false));
});
