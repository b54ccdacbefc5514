/** Which tuning jobs are compared, and whether their scores can be. Pure. */
import type { TuningJobResponse } from "#contract/tuning-job.ts";

export const MIN_COMPARED_JOBS = 2;
export const MAX_COMPARED_JOBS = 4;

/** The jobs that an address names, as in `3,7`; each once, and no more than fit. */
export function comparedIds(text: string): number[] {
  const ids = text.split(",").map(Number);
  return [...new Set(ids.filter((id) => Number.isSafeInteger(id) && id > 0))].slice(0, MAX_COMPARED_JOBS);
}

/** Whether all jobs read the same data. Their splits and metrics are shown beside the scores. */
export function haveOneMeasure(jobs: readonly Pick<TuningJobResponse, "data" | "test_part">[]): boolean {
  const [first] = jobs;
  return jobs.every(({ data, test_part }) => data === first?.data && test_part === first?.test_part);
}
