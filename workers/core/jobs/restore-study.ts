/** Reads stored studies, also those of the previous version. */
import type { LeasedTask, Millis } from "./leased-task.ts";
import { newTask } from "./leased-task.ts";
import type { Study, Trial } from "./study-job.ts";

/**
 * A stored study without its trials. Before there were stages it had no plan, and one task apart from its trials: the last
 * measurement.
 */
type StoredStudy = Omit<Study, "trials"> & { readonly finalTask?: LeasedTask | null };

/** @param now The request time of a missing plan. */
export function restoreStudy(stored: object, trials: readonly Trial[], now: Millis): Study {
  const { finalTask, ...study } = stored as StoredStudy;
  const whole: Study = { ...study, pausedAt: study.pausedAt ?? null, trials };
  if (study.work) return whole;
  const staged: Study = { ...whole, plan: null, work: [], blendSlots: null, parts: [], blend: null };
  if (study.phase === "finalizing" && finalTask) {
    return { ...staged, work: [{ work: { kind: "final" }, task: finalTask }] };
  }
  if (study.phase !== "searching" || study.spec.fixed) return staged;
  return { ...staged, phase: "planning", work: [{ work: { kind: "plan" }, task: newTask(now) }] };
}
