import { useMutation, useQuery } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import type { ModelComparison } from "#contract/model-comparison.ts";
import { evaluateModel, modelComparisonQuery } from "../../api/models.ts";
import { createEvaluationConfig, createSplitConfig } from "../../api/study-configs.ts";
import { getData } from "../../api/training-data.ts";
import { getJob, isActiveJob } from "../../api/tuning-jobs.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { usualSplit } from "../measuring/held-out-share.ts";
import { useProject } from "../shell/use-project.ts";

const POLL_MS = 1_000;

/** Models side by side, and a way to make their figures comparable. */
export function createComparison(ids: Accessor<readonly number[]>) {
  const { project } = useProject();
  const query = useQuery(() => modelComparisonQuery(ids()));
  const [failure, setFailure] = createSignal<string | null>(null);

  /** Measures all models on one split of their data, one after another, and waits for the figures. */
  async function measure(comparison: ModelComparison): Promise<void> {
    setFailure(null);
    const { report } = await getData(comparison.models[0]?.data.id ?? 0);
    const [split, evaluation] = await Promise.all([
      createSplitConfig(usualSplit(Boolean(project()?.time_column), report)),
      createEvaluationConfig({ cutoff: 10 }),
    ]);
    const jobs = await Promise.all(
      comparison.models.map((model) => evaluateModel(model.id, split.id, evaluation.id)),
    );
    for (const jobId of jobs) {
      let job = await getJob(jobId);
      while (isActiveJob(job)) {
        await new Promise((wake) => setTimeout(wake, POLL_MS));
        job = await getJob(jobId);
      }
      if (job.status !== "COMPLETED") setFailure(job.error ?? t("models.compare.oneFailed"));
    }
    await query.refetch();
  }

  const mutation = useMutation(() => ({ mutationFn: measure }));
  return {
    query,
    /** Measuring one split for all makes sense for models of the same data. */
    canMeasure: () => {
      const models = loadedData(query)?.models ?? [];
      return models.length > 0 && models.every((model) => model.data.id === models[0]?.data.id);
    },
    isMeasuring: () => mutation.isPending,
    error: () => mutation.error,
    failure,
    measure: (comparison: ModelComparison) => mutation.mutate(comparison),
  };
}
