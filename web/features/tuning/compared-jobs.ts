/** Which tuning jobs are compared, and whether their scores can be. Pure. */
import type { EvaluationConfigResponse } from "#contract/study-config.ts";
import type { TuningJobResponse } from "#contract/tuning-job.ts";

export const MIN_COMPARED_JOBS = 2;
export const MAX_COMPARED_JOBS = 4;

/** The jobs that an address names, as in `3,7`; each once, and no more than fit. */
export function comparedIds(text: string): number[] {
  const ids = text.split(",").map(Number);
  return [...new Set(ids.filter((id) => Number.isSafeInteger(id) && id > 0))].slice(0, MAX_COMPARED_JOBS);
}

/** What a score of a job is a score of. */
export interface Measured {
  readonly job: Pick<TuningJobResponse, "data" | "test_part">;
  readonly evaluation: Pick<EvaluationConfigResponse, "target_metric" | "cutoff">;
}

/** Whether all jobs were measured by one metric on one test part of the same data; only then can their scores be compared. */
export function haveOneMeasure(measured: readonly Measured[]): boolean {
  const measures = measured.map(({ job, evaluation }) =>
    [job.data, job.test_part, evaluation.target_metric, evaluation.cutoff].join(),
  );
  return new Set(measures).size <= 1;
}
