/** Which tuning jobs are compared, and whether their scores can be. Pure. */
import type { EvaluationConfigResponse } from "#contract/study-config.ts";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import type { DotTrial } from "../study/plots/dot-trial.ts";

export const MIN_COMPARED_JOBS = 2;
export const MAX_COMPARED_JOBS = 4;

/** The jobs that an address names, as in `3,7`; each once, and no more than fit. */
export function comparedIds(text: string): number[] {
  const ids = text.split(",").map(Number);
  return [...new Set(ids.filter((id) => Number.isSafeInteger(id) && id > 0))].slice(0, MAX_COMPARED_JOBS);
}

/** The algorithms that at least two of several jobs tried, those with the most trials in them first. */
export function commonAlgorithms(jobs: readonly (readonly Pick<DotTrial, "algorithm">[])[]): string[] {
  const found = new Map<string, { jobs: number; trials: number }>();
  for (const trials of jobs) {
    const names = trials.flatMap(({ algorithm }) => (algorithm === null ? [] : [algorithm]));
    for (const name of new Set(names)) {
      const known = found.get(name) ?? { jobs: 0, trials: 0 };
      const own = names.filter((other) => other === name).length;
      found.set(name, { jobs: known.jobs + 1, trials: known.trials + own });
    }
  }
  return [...found]
    .filter(([, of]) => of.jobs > 1)
    .sort(([a, left], [b, right]) => right.trials - left.trials || (a < b ? -1 : 1))
    .map(([name]) => name);
}

/** What a score of a job is a score of. */
export interface Measured {
  readonly job: Pick<TuningJobResponse, "data" | "split" | "test_part">;
  readonly evaluation: Pick<EvaluationConfigResponse, "target_metric" | "cutoff">;
}

/**
 * Whether all jobs were measured by one metric on one test part of the same data; only then can their scores be compared. A job without
 * final figures has no name of its test part yet: then their splits must be the same.
 */
export function haveOneMeasure(measured: readonly Measured[]): boolean {
  const haveParts = measured.every(({ job }) => job.test_part !== null);
  const measures = measured.map(({ job, evaluation }) =>
    [job.data, haveParts ? job.test_part : job.split, evaluation.target_metric, evaluation.cutoff].join(),
  );
  return new Set(measures).size <= 1;
}
