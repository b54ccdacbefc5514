import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createMemo } from "solid-js";
import type { TuningJobResponse } from "#contract/tuning-job.ts";
import { modelQuery } from "../../api/models.ts";
import { evaluationConfigQuery, splitConfigQuery } from "../../api/study-configs.ts";
import { formatPercent } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { metricName } from "./verdict.ts";

const SPLIT_TEXTS = {
  TU: "each person's latest interactions",
  RG: "a random part of each person's interactions",
  TG: "the latest interactions of everyone",
  cold_items: "new items",
  cold_users: "new people",
  "next-item": "what each person did next",
  sessions: "each step of the newest sessions",
  time: "what people did first after one moment",
} as const;

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
        : "score";
    },
    description: () => {
      const found = loadedData(split);
      return found
        ? `Tested on ${SPLIT_TEXTS[found.scheme]}${found.scheme === "next-item" ? "" : ` (${formatPercent(found.heldout_ratio)})`}.`
        : undefined;
    },
  };
}
