import { useQueries } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { EvaluationConfigResponse } from "#contract/study-config.ts";
import type { TrialResponse, TuningJobResponse } from "#contract/tuning-job.ts";
import { evaluationConfigQuery } from "../../api/study-configs.ts";
import { jobQuery, jobTrialsQuery } from "../../api/tuning-jobs.ts";

const POLL_MS = 5_000;

export interface ComparedStudy {
  readonly job: TuningJobResponse;
  readonly evaluation: EvaluationConfigResponse;
  readonly trials: readonly TrialResponse[];
  /** Of its line and its marks. */
  readonly colour: string;
}

/** Tuning jobs with their trials and evaluations; null until all have come. */
export function createComparedJobs(ids: Accessor<readonly number[]>) {
  const jobs = useQueries(() => ({ queries: ids().map((id) => jobQuery(id, POLL_MS)) }));
  const trials = useQueries(() => ({ queries: ids().map((id) => jobTrialsQuery(id)) }));
  const evaluations = useQueries(() => ({
    queries: ids().map((_, at) => ({
      ...evaluationConfigQuery(jobs[at]?.data?.evaluation ?? 0),
      enabled: jobs[at]?.data !== undefined,
    })),
  }));
  const studies = (): readonly ComparedStudy[] | null => {
    const found = ids().flatMap((_, at): ComparedStudy[] => {
      const [job, list, evaluation] = [jobs[at]?.data, trials[at]?.data, evaluations[at]?.data];
      return job && list && evaluation ? [{ job, evaluation, trials: list, colour: `series-${at + 1}` }] : [];
    });
    return found.length === ids().length ? found : null;
  };
  const error = () => [...jobs, ...trials, ...evaluations].find((query) => query.error)?.error;
  return { studies, error };
}
