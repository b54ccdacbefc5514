import { useQuery } from "@tanstack/solid-query";
import type { TrainedModelResponse } from "#contract/model.ts";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { modelConfigurationQuery } from "../../api/models.ts";
import { getJob, jobKey } from "../../api/tuning-jobs.ts";
import { loadedData } from "../../components/loaded.tsx";

export interface MeasuredJob {
  /** The tuning job that measured the model on its test part; null without one. */
  readonly job: () => TuningJobResponse | null;
  /** True until it is known whether there is one. */
  readonly isPending: () => boolean;
}

/** The figures of a model that its tuning job measured. */
export function createMeasuredJob(model: () => TrainedModelResponse): MeasuredJob {
  const configuration = useQuery(() => modelConfigurationQuery(model().configuration));
  const jobId = () => loadedData(configuration)?.tuning_job ?? null;
  const job = useQuery(() => ({
    queryKey: [...jobKey(jobId() ?? 0), "measured"],
    queryFn: () => getJob(jobId() ?? 0),
    enabled: jobId() !== null,
  }));
  return {
    job: () => {
      const found = jobId() === null ? undefined : loadedData(job);
      return found?.final_metrics && found.test_part === model().test_part ? found : null;
    },
    isPending: () => configuration.isPending || (jobId() !== null && job.isPending),
  };
}
