/** The stages of a training past one isolate: the fit, the model's artifact, its storing. */

import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { ENTRY_BYTES } from "../../data/block-layout.ts";
import { historyShapeOfSizes } from "../../data/history-blocks.ts";
import { ID_BYTES } from "../../data/id-map.ts";
import { type ArtifactShape, artifactStages, BLOCKS_PER_TASK } from "../artifact/artifact-load.ts";
import type { BlockList } from "../blocks/stored-matrix.ts";
import { planBlockedFit } from "../models/blocked-fits.ts";
import { addLoads, loadOf } from "../plan/stage-load.ts";
import type { PlannedStage } from "../plan/staged-plan.ts";
import { estimateStages, type StagesEstimate } from "./stages-estimate.ts";

/** What every task reads first: the size of the dataset, its header, and what describes its blocks. */
const OPENING = { reads: 5, readBytes: 80_000 };

/** The last stage: writes the model from its pieces. */
export const STORE_STAGE = { name: "store", taskCount: 1 } as const;

/** All stages, each with what it takes to open the dataset. @param artifact The stages of the artifact. */
export function trainingStagesOf(
  userItems: BlockList,
  fit: readonly PlannedStage[],
  artifact: readonly PlannedStage[],
): PlannedStage[] {
  const { interactionCount, rowCount } = userItems;
  const bytes = ENTRY_BYTES * interactionCount + ID_BYTES * rowCount;
  const pieces = artifact[0]?.taskCount ?? 1;
  const load = loadOf(1, { reads: pieces + 3, writes: 1, readBytes: bytes, writtenBytes: bytes });
  // How many pieces an artifact has follows from the ids of the users, which its tasks read.
  const idBytes = ID_BYTES * rowCount;
  return [
    ...fit.map((stage) => opened(stage, OPENING)),
    ...[...artifact, { ...STORE_STAGE, load }].map((stage) =>
      opened(stage, { reads: OPENING.reads + 1, readBytes: OPENING.readBytes + idBytes }),
    ),
  ];
}

function opened(stage: PlannedStage, each: typeof OPENING): PlannedStage {
  const { taskCount } = stage;
  const reads = each.reads * taskCount;
  const load = loadOf(0, { reads, writes: 0, readBytes: each.readBytes * taskCount, writtenBytes: 0 });
  return { ...stage, load: addLoads(stage.load, load) };
}

/**
 * Messages, operations, dollars and minutes of a training by blocks. Throws what `planBlockedFit` throws: `UNSUPPORTED`, with the reason
 * and what fits instead.
 *
 * @param idBytes Of the texts of all users' ids.
 */
export function estimateTraining(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  data: ArtifactShape,
  idBytes: number,
): StagesEstimate {
  const { userItems, disliked } = data;
  const fit = planBlockedFit(algorithm, data, params, 0);
  const entryCount = userItems.interactionCount + (disliked?.interactionCount ?? 0);
  const { blockCount } = historyShapeOfSizes({ userCount: userItems.rowCount, idBytes, entryCount });
  const { sections, table } = artifactStages(data, Math.ceil(blockCount / BLOCKS_PER_TASK));
  return estimateStages(trainingStagesOf(userItems, fit.stages, [sections, table]));
}
