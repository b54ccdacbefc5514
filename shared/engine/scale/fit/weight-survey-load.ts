import { bytesOfBlocks, loadOf, type StageLoad } from "../plan/stage-load.ts";
import type { DataShape } from "./fit-context.ts";

/** Bytes of all samples of weights together, at most. */
export const SURVEY_BYTES = 4 * 50_000;
/** By `node --expose-gc test/bench/scale/estimate.ts --stages`. */
const MS_PER_MILLION_LOOKED = 60;

/** The load of `surveyBlock` for all blocks of users. */
export function surveyLoad({ userItems }: DataShape): StageLoad {
  const blocks = userItems.blocks.length;
  return loadOf(blocks, {
    ...{ reads: blocks, writes: blocks },
    ...{ readBytes: bytesOfBlocks(userItems), writtenBytes: SURVEY_BYTES },
    computeMs: (MS_PER_MILLION_LOOKED * userItems.interactionCount) / 1e6,
  });
}
