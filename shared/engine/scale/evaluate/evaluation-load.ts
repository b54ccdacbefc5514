/** What the stages of an evaluation by blocks take, see `planBlockedEvaluation`. */
import type { BlockList } from "../blocks/stored-matrix.ts";
import { bytesOfBlocks, loadOf, type StageLoad } from "../plan/stage-load.ts";

export type EvaluationStageName = "count" | "choose" | "measure" | "join";

/** Milliseconds for a million: of entries that are counted, of scores of an item for a user, of values that are resampled. */
const MS_PER_MILLION = { counted: 5, scored: 20, resampled: 20 };
/** Numbers of an item in a model, of four bytes. */
const MODEL_ITEM_BYTES = 4 * 64;
/** Of a measured user. */
const VALUE_BYTES = 64;
const RESAMPLES = 1_000;
/** Their means of a metric, as text. */
const RESAMPLED_BYTES = 10_000;

/** @param users Measured at most; null for all. @param intervals How many metrics have an interval. */
export function evaluationLoads(
  seen: BlockList,
  users: number | null,
  intervals: number,
): Readonly<Record<EvaluationStageName, StageLoad>> {
  const { rowCount, columnCount, interactionCount } = seen;
  const blocks = seen.blocks.length;
  const measured = Math.min(rowCount, users ?? rowCount);
  const ms = (unit: keyof typeof MS_PER_MILLION, count: number) => (MS_PER_MILLION[unit] * count) / 1e6;
  const counts = 4 * blocks * columnCount;
  return {
    count: loadOf(blocks, {
      ...{ reads: 2 * blocks, writes: blocks },
      ...{ readBytes: bytesOfBlocks(seen), writtenBytes: counts + 4 * rowCount },
      computeMs: ms("counted", interactionCount),
    }),
    choose: loadOf(1, {
      ...{ reads: blocks, writes: 1 },
      ...{ readBytes: counts + 4 * rowCount, writtenBytes: 4 * (columnCount + measured) },
      computeMs: ms("counted", blocks * columnCount + rowCount),
    }),
    measure: loadOf(blocks, {
      // What was chosen, the model, the blocks seen and held out.
      ...{ reads: 4 * blocks, writes: blocks },
      readBytes: bytesOfBlocks(seen) + blocks * MODEL_ITEM_BYTES * columnCount,
      writtenBytes: counts + VALUE_BYTES * measured,
      computeMs: ms("scored", measured * columnCount),
    }),
    join: loadOf(1, {
      ...{ reads: blocks + 1, writes: 2 },
      ...{ readBytes: counts + VALUE_BYTES * measured, writtenBytes: 1_000 + RESAMPLED_BYTES * intervals },
      computeMs: ms("resampled", intervals * RESAMPLES * measured),
    }),
  };
}
