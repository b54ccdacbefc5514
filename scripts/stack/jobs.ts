import { availableParallelism } from "node:os";
import { StackError } from "./stack-error.ts";

/** Each compute process takes a few hundred megabytes while it works. */
export const MOST_JOBS = 16;
const MOST_DEFAULT_JOBS = 4;

/**
 * Messages of jobs that a local stack works on at once, each in a process of its own: the cores less one for requests and everything
 * else, both of two, at most 4.
 */
export function defaultJobs(cores: number = availableParallelism()): number {
  return Math.min(MOST_DEFAULT_JOBS, Math.max(cores - 1, Math.min(cores, 2)));
}

/** Throws `StackError`. */
export function parseJobs(text: string): number {
  const jobs = Number(text);
  if (text !== "" && Number.isInteger(jobs) && jobs >= 0 && jobs <= MOST_JOBS) return jobs;
  throw new StackError(`--jobs must be a whole number from 0 to ${MOST_JOBS}, not "${text}".`);
}
