import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createMemo } from "solid-js";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { modelQuery } from "../../api/models.ts";
import { evaluationConfigQuery, splitConfigQuery } from "../../api/study-configs.ts";
import { formatPercent } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { metricName } from "./verdict.ts";

/** The metric and the data of a job's measurements, from its configurations. */
export function createJobFacts(job: Accessor<TuningJobResponse>) {
  const evaluation = useQuery(() => evaluationConfigQuery(job().evaluation));
  const split = useQuery(() => splitConfigQuery(job().split));
  const model = useQuery(() => ({
    ...modelQuery(job().tuned_model ?? 0),
    enabled: job().tuned_model !== null,
  }));
  const isKnown = createMemo<boolean>(
    (was) =>
      was || (!evaluation.isPending && !split.isPending && (job().tuned_model === null || !model.isPending)),
    false,
  );
  return {
    /** Whether everything above the trials is loaded; once true, it stays true. */
    isKnown,
    metric: () => {
      const config = loadedData(evaluation);
      return config
        ? metricName(config.target_metric, config.cutoff, job().final_metrics?.winner ?? {})
        : t("tuning.score");
    },
    description: () => {
      const found = loadedData(split);
      return found
        ? t(
            "tuning.testedOn",
            t(`tuning.splits.${found.scheme}`),
            found.scheme === "next-item" ? "" : ` (${formatPercent(found.heldout_ratio)})`,
          )
        : undefined;
    },
  };
}
