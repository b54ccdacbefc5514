import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { LeftOutAlgorithm, TrialResponse, TuningJobResponse } from "#contract/tuning-job.ts";
import { t } from "../../words/words.ts";

/** The algorithms that an ended job never tried: those it left out, and those without a trial. Pure. */
export function neverTried(
  job: Pick<TuningJobResponse, "tried_algorithms_json" | "left_out">,
  trials: readonly Pick<TrialResponse, "algorithm">[],
): LeftOutAlgorithm[] {
  const tried = new Set(trials.map((trial) => trial.algorithm));
  const leftOut = new Set(job.left_out.map(({ algorithm }) => algorithm));
  const wanted = (job.tried_algorithms_json ?? [])
    .map((name) => findAlgorithm(name))
    .filter((name) => name !== null);
  const late = [...new Set(wanted)].filter((name) => !tried.has(name) && !leftOut.has(name));
  return [...job.left_out, ...late.map((algorithm) => ({ algorithm, reason: t("tuning.leftOut.usedUp") }))];
}
