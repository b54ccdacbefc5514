/** A training in one isolate, as one message after another. */
import type { PlannedStage } from "../plan/staged-plan.ts";
import { estimateStages, type StagesEstimate } from "./stages-estimate.ts";

/** A message ends after this, and the next one goes on from its checkpoint. */
const SLICE_SECONDS = 20;
/** What every message reads: the dataset and its header, and the checkpoint of the one before. */
const SLICE_READS = 6;
/** Of a checkpoint or a model, for a row of either side. */
const ROW_BYTES = 4 * 64;

/** @param seconds Of the fit, on one processor. @param datasetBytes What a message reads of the dataset. */
export function estimateWholeTraining(
  seconds: number,
  { datasetBytes, rows }: { readonly datasetBytes: number; readonly rows: number },
): StagesEstimate {
  const slices = Math.max(1, Math.ceil(seconds / SLICE_SECONDS));
  const load = {
    cpuMs: (1_000 * seconds) / slices,
    ...{ reads: SLICE_READS, writes: 1 },
    ...{ readBytes: datasetBytes, writtenBytes: ROW_BYTES * rows },
  };
  return estimateStages(
    Array.from({ length: slices }, (_, at): PlannedStage => ({ name: `slice-${at}`, taskCount: 1, load })),
  );
}
