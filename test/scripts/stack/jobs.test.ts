import { expect, it } from "vitest";
import { defaultJobs, parseJobs } from "#scripts/stack/jobs.ts";
import { StackError } from "#scripts/stack/stack-error.ts";

it("takes the cores less one, both of two, at most four", () => {
  expect([1, 2, 3, 4, 5, 64].map(defaultJobs)).toEqual([1, 2, 2, 3, 4, 4]);
});

it("reads a number of jobs, and refuses others with the range", () => {
  expect(["0", "1", "16"].map(parseJobs)).toEqual([0, 1, 16]);
  for (const text of ["", "-1", "17", "1.5", "all"]) {
    expect(() => parseJobs(text)).toThrow(StackError);
    expect(() => parseJobs(text)).toThrow(`from 0 to 16, not "${text}"`);
  }
});
