/** What the stages of item-to-item methods by blocks take, see `BlockedKnn`. */
import { pairUpdatesOf } from "../../../algorithms/cost/fit-shape.ts";
import { bytesOfBlocks, loadOf, type StageLoad } from "../../plan/stage-load.ts";
import type { DataShape } from "../fit-context.ts";
import { SURVEY_BYTES, surveyLoad } from "../weight-survey-load.ts";

/** What the plan decides. */
export interface KnnStages {
  readonly groupCount: number;
  readonly hasMoreSums: boolean;
  readonly topK: number;
  readonly mostTargets: number | null;
}

export type KnnStageName = "survey" | "sums" | "norms" | "weights" | "rows" | "model";

/** Milliseconds for a million: of entries that are summed and weighed, of updates of sums, of sums that are looked at, of kept entries. */
const MS_PER_MILLION = { summed: 25, weighed: 40, updated: 1.6, looked: 2, kept: 140 };
/** Of a sum of a user or an item, and of an entry of a stored row. */
const BYTES = { sum: 8, entry: 8 };

export function knnLoads(shape: DataShape, stages: KnnStages): Readonly<Record<KnnStageName, StageLoad>> {
  const { userItems, itemUsers } = shape;
  const [users, items] = [userItems.blocks.length, itemUsers.blocks.length];
  const tasks = users + items;
  const [userBytes, itemBytes] = [bytesOfBlocks(userItems), bytesOfBlocks(itemUsers)];
  const { rowCount: itemCount, interactionCount: entries } = itemUsers;
  const sumBytes = BYTES.sum * (userItems.rowCount + itemCount);
  const [normTasks, moreBytes, moreReads] = stages.hasMoreSums
    ? [items, BYTES.sum * itemCount, items]
    : [0, 0, 0];
  const kept = itemCount * Math.min(stages.topK, itemCount);
  const ms = (unit: keyof typeof MS_PER_MILLION, count: number) => (MS_PER_MILLION[unit] * count) / 1e6;
  return {
    survey: surveyLoad(shape),
    sums: loadOf(tasks, {
      ...{ reads: tasks * (users + 1), writes: tasks + 1 },
      ...{ readBytes: userBytes + itemBytes + tasks * SURVEY_BYTES, writtenBytes: sumBytes },
      computeMs: ms("summed", 2 * entries),
    }),
    norms: loadOf(normTasks, {
      ...{ reads: normTasks * (tasks + 2), writes: normTasks },
      ...{ readBytes: normTasks * sumBytes + itemBytes, writtenBytes: moreBytes },
      computeMs: ms("summed", entries),
    }),
    weights: loadOf(tasks, {
      ...{ reads: tasks * (tasks + moreReads + 2), writes: tasks + 1 },
      ...{ readBytes: userBytes + itemBytes + tasks * (sumBytes + moreBytes) },
      writtenBytes: userBytes + itemBytes,
      computeMs: ms("weighed", 2 * entries),
    }),
    rows: loadOf(stages.groupCount, {
      ...{ reads: stages.groupCount * (users + 2), writes: stages.groupCount },
      readBytes: stages.groupCount * (userBytes + itemBytes / Math.max(1, items)),
      writtenBytes: BYTES.entry * kept,
      computeMs: ms("updated", updatesOf(shape, stages)) + ms("looked", itemCount ** 2) + ms("kept", kept),
    }),
    model: loadOf(1, {
      ...{ reads: stages.groupCount + 2, writes: 1 },
      ...{ readBytes: BYTES.entry * kept, writtenBytes: BYTES.entry * kept },
      computeMs: ms("weighed", kept),
    }),
  };
}

/** Σ over users of the length of the history times its part that counts. */
function updatesOf({ userItems, pairUpdates }: DataShape, { mostTargets }: KnnStages): number {
  const { rowCount, interactionCount } = userItems;
  const all = pairUpdatesOf({
    ...{ users: rowCount, items: userItems.columnCount, interactions: interactionCount },
    ...(pairUpdates !== undefined && { pairUpdates }),
  });
  return mostTargets === null ? all : Math.min(all, interactionCount * mostTargets);
}
