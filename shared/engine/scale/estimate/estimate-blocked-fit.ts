/** A fit past one isolate, estimated from the sizes of the data. */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { blockBytes } from "../../data/block-layout.ts";
import { MAX_BLOCK_BYTES } from "../../data/matrix-blocks.ts";
import { EngineError } from "../../engine-error.ts";
import type { BlockList } from "../blocks/stored-matrix.ts";
import type { DataShape } from "../fit/fit-context.ts";
import { planBlockedFit } from "../models/blocked-fits.ts";
import type { PlannedStage } from "../plan/staged-plan.ts";
import { estimateStages, type StagesEstimate } from "./stages-estimate.ts";

/** What is known of data before they are read. */
export interface DataSizes {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly hasTimes: boolean;
  /** Σ d_u² over users with d_u interactions; assumed where it is absent. */
  readonly pairUpdates?: number;
}

export type FitEstimate =
  | (StagesEstimate & { readonly reason: null })
  /** Why the plan refuses the fit, and the setting that would make it fit. */
  | { readonly reason: string };

/** The blocks that data of these sizes have, if their rows are alike. */
export function expectedShape({ users, items, interactions, hasTimes, pairUpdates }: DataSizes): DataShape {
  return {
    userItems: blockList({ rowCount: users, columnCount: items, interactionCount: interactions }, hasTimes),
    itemUsers: blockList({ rowCount: items, columnCount: users, interactionCount: interactions }, false),
    ...(pairUpdates !== undefined && { pairUpdates }),
  };
}

function blockList(side: Omit<BlockList, "blocks">, hasTimes: boolean): BlockList {
  const { rowCount, interactionCount } = side;
  const bytes = blockBytes(rowCount, interactionCount, hasTimes);
  const count = Math.min(rowCount, Math.ceil(bytes / MAX_BLOCK_BYTES));
  const at = (share: number, total: number) => Math.round((total * share) / count);
  const blocks = Array.from({ length: count }, (_, block) => {
    const firstRow = at(block, rowCount);
    const rows = at(block + 1, rowCount) - firstRow;
    const entries = at(block + 1, interactionCount) - at(block, interactionCount);
    const size = { rowCount: rows, interactionCount: entries };
    return { firstRow, ...size, bytes: blockBytes(rows, entries, hasTimes) };
  });
  return { ...side, blocks };
}

/** Messages, operations, dollars and minutes of a fit by blocks. Throws `BAD_PARAMETER` for parameters that the algorithm does not take. */
export function estimateBlockedFit(
  algorithm: AlgorithmName,
  sizes: DataSizes,
  params: AlgorithmParams,
  following: (shape: DataShape) => readonly PlannedStage[] = () => [],
): FitEstimate {
  try {
    const shape = expectedShape(sizes);
    const { stages } = planBlockedFit(algorithm, shape, params, 0);
    return { ...estimateStages([...stages, ...following(shape)]), reason: null };
  } catch (error) {
    if (error instanceof EngineError && ["UNSUPPORTED", "EMPTY_DATA"].includes(error.code))
      return { reason: error.message };
    throw error;
  }
}
