/** What the stages of an artifact by blocks take, see `planBlockedArtifact`. */
import { ENTRY_BYTES } from "../../data/block-layout.ts";
import { ID_BYTES } from "../../data/id-map.ts";
import type { BlockList } from "../blocks/stored-matrix.ts";
import { bytesOfBlocks, loadOf, type StageLoad } from "../plan/stage-load.ts";
import type { PlannedStage } from "../plan/staged-plan.ts";

/** Milliseconds for a million: of users that a task looks at, of entries of histories that are written, of bytes that are hashed. */
const MS_PER_MILLION = { looked: 250, written: 60, hashed: 4 };

/** Blocks of histories of one task: about 6 MB of them. */
export const BLOCKS_PER_TASK = 48;

export interface ArtifactShape {
  readonly userItems: BlockList;
  readonly itemUsers: BlockList;
  readonly disliked: BlockList | null;
}

/** @param ranges Tasks with histories; each reads all blocks of users. @param modelBytes Of the sections of the model, about. */
export function artifactLoads(
  { userItems, itemUsers, disliked }: ArtifactShape,
  ranges: number,
  modelBytes = 0,
): { readonly sections: StageLoad; readonly table: StageLoad } {
  const { rowCount: users, interactionCount, blocks } = userItems;
  const items = itemUsers.rowCount;
  const historyBytes = ENTRY_BYTES * interactionCount + ID_BYTES * users;
  const readPerRange = blocks.length + (disliked ? disliked.blocks.length : 0) + 1;
  const bytesPerRange = bytesOfBlocks(userItems) + ID_BYTES * users;
  const ends = ID_BYTES * items + modelBytes;
  const ms = (unit: keyof typeof MS_PER_MILLION, count: number) => (MS_PER_MILLION[unit] * count) / 1e6;
  return {
    sections: loadOf(ranges + 1, {
      // The last task reads all blocks of items, their ids and the model, and writes two objects, each with its table.
      ...{ reads: ranges * readPerRange + itemUsers.blocks.length + 2, writes: 2 * ranges + 4 },
      readBytes: ranges * bytesPerRange + bytesOfBlocks(itemUsers) + ends,
      writtenBytes: historyBytes + ends,
      computeMs:
        ms("looked", ranges * users) + ms("written", interactionCount) + ms("hashed", historyBytes + ends),
    }),
    table: loadOf(1, {
      ...{ reads: ranges + 2, writes: 1 },
      ...{ readBytes: 10_000 * (ranges + 2), writtenBytes: 10_000 * (ranges + 2) },
    }),
  };
}

/** The stages of an artifact. @param ranges As in `artifactLoads`. */
export function artifactStages(
  shape: ArtifactShape,
  ranges: number,
): { readonly sections: PlannedStage; readonly table: PlannedStage } {
  const loads = artifactLoads(shape, ranges);
  return {
    sections: { name: "sections", taskCount: ranges + 1, load: loads.sections },
    table: { name: "table", taskCount: 1, load: loads.table },
  };
}
