import { expect, it } from "vitest";
import {
  commonAlgorithms,
  comparedIds,
  haveOneMeasure,
  MAX_COMPARED_JOBS,
} from "#web/features/tuning/compared-jobs.ts";

it("reads each job of an address once, and no more than fit", () => {
  expect(comparedIds("3,7,3,x,-1,0,1.5")).toEqual([3, 7]);
  expect(comparedIds("")).toEqual([]);
  expect(comparedIds("1,2,3,4,5,6")).toHaveLength(MAX_COMPARED_JOBS);
});

it("compares scores only of one metric on one test part of the same data", () => {
  const job = { data: 1, split: 1, test_part: "a" };
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

it("compares jobs that have no final figures by their splits", () => {
  const evaluation = { target_metric: "ndcg", cutoff: 10 } as const;
  const of = (split: number, test_part: string | null) => ({
    job: { data: 1, split, test_part },
    evaluation,
  });
  expect(haveOneMeasure([of(1, null), of(1, "a")])).toBe(true);
  expect(haveOneMeasure([of(1, null), of(2, null)])).toBe(false);
  expect(haveOneMeasure([of(1, "a"), of(2, "a")])).toBe(true);
});

it("names the algorithms that two jobs tried, the most tried first", () => {
  const tried = (...names: (string | null)[]) => names.map((algorithm) => ({ algorithm }));
  const jobs = [tried("IALS", "EASE", "TopPop", null), tried("EASE", "IALS", "EASE"), tried("EASE")];
  expect(commonAlgorithms(jobs)).toEqual(["EASE", "IALS"]);
  expect(commonAlgorithms([tried("IALS", "IALS")])).toEqual([]);
});
