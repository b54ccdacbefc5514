/**
 * Trending by blocks of users, who have the times. One task finds the moment that ages count from, exactly; then sums of blocks are added in
 * their order. In one isolate the sums of an item are added user by user, so its last digits may differ.
 */
import { trending } from "#contract/algorithms/trending.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { requireParams } from "../../../algorithms/fit/fit-guards.ts";
import { createPopularityModel } from "../../../algorithms/popularity/popularity.ts";
import { fadedWeight } from "../../../algorithms/popularity/trending.ts";
import { sectionOf } from "../../../artifact/decode-artifact.ts";
import { landmarkRanks, landmarksOf } from "../../../data/time-landmarks.ts";
import { agesOf } from "../../../data/with-ages.ts";
import { EngineError } from "../../../engine-error.ts";
import type { BlockedMatrix } from "../../blocks/blocked-matrix.ts";
import { getSections, putSections } from "../../blocks/section-object.ts";
import { usualReadings, valuesAt } from "../../ingest/exact-values.ts";
import { bytesOfBlocks, loadOf, type StageLoad } from "../../plan/stage-load.ts";
import { StagedTasks } from "../../plan/staged-tasks.ts";
import {
  type DataShape,
  encodedModel,
  type FitContext,
  type FitPlan,
  finishBreathing,
  MODEL,
} from "../fit-context.ts";

const REFERENCE = "reference";
const SUMS = "sums";

/** The plan of a fit. Throws `BAD_PARAMETER`, and `EMPTY_DATA` without interactions; its tasks throw `BAD_DATA` for data without times. */
export function planBlockedTrending(shape: DataShape, params: AlgorithmParams): FitPlan {
  const { half_life_days: halfLife } = requireParams(trending.name, params);
  if (shape.userItems.interactionCount === 0) {
    throw new EngineError("EMPTY_DATA", "There are no interactions to learn from.");
  }
  const blocks = shape.userItems.blocks.length;
  return new StagedTasks<FitContext>([
    {
      ...{ name: "reference", taskCount: 1, load: referenceLoad(shape) },
      run: (_task, context) => findReference(context),
    },
    {
      ...{ name: "sums", taskCount: blocks, load: sumsLoad(shape) },
      run: (block, context) => sumBlock(block, halfLife, context),
    },
    { name: "model", taskCount: 1, load: joinLoad(shape), run: (_task, context) => join(shape, context) },
  ]);
}

/** Milliseconds for a million: of times that are looked at once, of entries whose weights fade, of sums that are added. */
const MS_PER_MILLION = { looked: 8, faded: 45, added: 4 };

/** All times are read once for their bounds, and some times for each landmark. */
function referenceLoad({ userItems }: DataShape): StageLoad {
  const { interactionCount } = userItems;
  const readings = 1 + usualReadings(interactionCount, landmarkRanks(interactionCount).length);
  return loadOf(1, {
    ...{ reads: readings * userItems.blocks.length, writes: 1 },
    ...{ readBytes: readings * bytesOfBlocks(userItems), writtenBytes: 8 },
    computeMs: (readings * MS_PER_MILLION.looked * userItems.interactionCount) / 1e6,
  });
}

/** Each block of users leaves a sum of 8 bytes for each item. */
function sumsLoad({ userItems }: DataShape): StageLoad {
  const blocks = userItems.blocks.length;
  return loadOf(blocks, {
    ...{ reads: 2 * blocks, writes: blocks },
    ...{ readBytes: bytesOfBlocks(userItems), writtenBytes: 8 * blocks * userItems.columnCount },
    computeMs: (MS_PER_MILLION.faded * userItems.interactionCount) / 1e6,
  });
}

function joinLoad({ userItems: { blocks, columnCount } }: DataShape): StageLoad {
  return loadOf(1, {
    ...{ reads: blocks.length, writes: 1 },
    ...{ readBytes: 8 * blocks.length * columnCount, writtenBytes: 4 * columnCount },
    computeMs: (MS_PER_MILLION.added * blocks.length * columnCount) / 1e6,
  });
}

/** The reference of `timeLandmarks`; NaN where no time is known. Reads all times several times. */
async function findReference({ data, store, breathe }: FitContext): Promise<void> {
  const pieces = () => timesOf(data.userItems, breathe);
  let [count, least, latest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const times of pieces()) {
    for (const time of times) {
      if (Number.isNaN(time)) continue;
      count++;
      if (time < least) least = time;
      if (time > latest) latest = time;
    }
  }
  const quantiles = await valuesAt(pieces, landmarkRanks(count), { least, most: latest });
  const reference = count === 0 ? Number.NaN : landmarksOf(count, latest, quantiles).reference;
  await putSections(store, REFERENCE, [{ name: REFERENCE, data: Float64Array.of(reference) }]);
}

async function* timesOf(
  userItems: BlockedMatrix,
  breathe: FitContext["breathe"],
): AsyncGenerator<Float64Array> {
  for (let block = 0; block < userItems.blocks.length; block++) {
    yield (await timedBlock(userItems, block)).times;
    await breathe();
  }
}

async function timedBlock(userItems: BlockedMatrix, block: number) {
  const { matrix, times } = await userItems.readTimed(block);
  if (times) return { matrix, times };
  throw new EngineError("BAD_DATA", `${trending.name} needs the time of each interaction; these have none.`);
}

async function sumBlock(block: number, halfLife: number, { data, store }: FitContext): Promise<void> {
  const sections = await getSections(store, REFERENCE);
  const [reference = Number.NaN] = sectionOf({ sections }, REFERENCE, Float64Array);
  const { matrix, times } = await timedBlock(data.userItems, block);
  const ages = agesOf(times, reference);
  const sums = new Float64Array(matrix.columnCount);
  for (let at = 0; at < ages.length; at++) {
    const item = matrix.indices[at] as number;
    const amount = fadedWeight(matrix.values[at] as number, ages[at] as number, halfLife);
    sums[item] = (sums[item] as number) + amount;
  }
  await putSections(store, `${SUMS}/${block}`, [{ name: SUMS, data: sums }]);
}

async function join({ userItems }: DataShape, { store, breathe }: FitContext): Promise<void> {
  const total = new Float64Array(userItems.columnCount);
  for (let block = 0; block < userItems.blocks.length; block++) {
    const sections = await getSections(store, `${SUMS}/${block}`);
    for (const [item, sum] of sectionOf({ sections }, SUMS, Float64Array).entries()) {
      total[item] = (total[item] as number) + sum;
    }
  }
  const model = createPopularityModel(trending.name, Float32Array.from(total));
  await putSections(store, MODEL, await finishBreathing(encodedModel(model), breathe));
}
