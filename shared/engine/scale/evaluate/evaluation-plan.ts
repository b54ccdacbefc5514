/**
 * Evaluation by blocks of users: count how popular items are and who has something held out, choose the users, measure those of each
 * block, and join. The metrics are those of one isolate to the last bit.
 */
import type { AlgorithmName } from "#contract/algorithms.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import { sectionOf } from "../../artifact/decode-artifact.ts";
import type { Section } from "../../artifact/section.ts";
import type { Breathe } from "../../data/breathe.ts";
import { EngineError } from "../../engine-error.ts";
import {
  type Intervals,
  intervalsOf,
  type Resampled,
  resampleInSteps,
} from "../../evaluate/bootstrap-interval.ts";
import { createEvaluation } from "../../evaluate/evaluation.ts";
import { JoinedEvaluations } from "../../evaluate/evaluation-parts.ts";
import { popularityOf } from "../../evaluate/item-popularity.ts";
import {
  type MetricKey,
  type Metrics,
  normalizeCutoffs,
  type RankingMetric,
} from "../../evaluate/metrics.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { validationSample } from "../../tune/plan/validation-sample.ts";
import type { BlockedMatrix } from "../blocks/blocked-matrix.ts";
import { type ObjectStore, requireObject } from "../blocks/object-store.ts";
import { getSections, putSections } from "../blocks/section-object.ts";
import type { BlockList } from "../blocks/stored-matrix.ts";
import type { StagedPlan } from "../plan/staged-plan.ts";
import { StagedTasks } from "../plan/staged-tasks.ts";
import { evaluationLoads } from "./evaluation-load.ts";

/** What a task of an evaluation works with. */
export interface EvaluationContext {
  /** Users × items that the model was fitted on; cut at the same users as the others. */
  readonly seen: BlockedMatrix;
  readonly heldout: BlockedMatrix;
  readonly disliked: BlockedMatrix | null;
  /** The sections of the fitted model. */
  readonly modelSections: () => Promise<readonly Section[]>;
  /** Of this evaluation alone. */
  readonly store: ObjectStore;
  readonly kernels: Kernels;
  readonly breathe: Breathe;
}

export interface BlockedEvaluationOptions {
  readonly algorithm: AlgorithmName;
  readonly cutoffs: readonly number[];
  /** Measure this many users at most, drawn by the seed as `validationSample` does; null measures all. */
  readonly users: number | null;
  readonly seed: number;
  /** Metrics with an interval. */
  readonly intervals: readonly MetricKey<RankingMetric>[];
}

export interface BlockedEvaluationResult {
  readonly metrics: Metrics;
  /** How many users were measured. */
  readonly users: number;
  readonly intervals: Intervals;
}

const COUNTS = "counts";
const LENGTHS = "lengths";
const USERS = "users";
const VALUES = "values";
const CHOSEN = "chosen";
const RESULT = "result";
const RESAMPLED = "resampled";

/** The plan. Throws `BAD_PARAMETER` for bad cutoffs; its tasks throw `EMPTY_DATA` when no user has a held-out item. */
export function planBlockedEvaluation(
  shape: BlockList,
  options: BlockedEvaluationOptions,
): StagedPlan<EvaluationContext> {
  const cutoffs = normalizeCutoffs(options.cutoffs);
  const blocks = shape.blocks.length;
  const loads = evaluationLoads(shape, options.users, options.intervals.length);
  return new StagedTasks<EvaluationContext>([
    {
      ...{ name: "count", taskCount: blocks, load: loads.count },
      run: (block, context) => countBlock(block, context),
    },
    {
      ...{ name: "choose", taskCount: 1, load: loads.choose },
      run: (_task, context) => chooseUsers(shape, options, context),
    },
    {
      name: "measure",
      load: loads.measure,
      taskCount: blocks,
      run: (block, context) => measureBlock(block, { ...options, cutoffs }, shape, context),
    },
    {
      ...{ name: "join", taskCount: 1, load: loads.join },
      run: (_task, context) => join(shape, { ...options, cutoffs }, context),
    },
  ]);
}

/** The result of a plan that has ended. */
export async function evaluationResult(store: ObjectStore): Promise<BlockedEvaluationResult> {
  return JSON.parse(new TextDecoder().decode(await requireObject(store, RESULT)));
}

/** Means of the resamples that the intervals come from, of a plan that has ended. */
export async function evaluationResamples(store: ObjectStore): Promise<Resampled> {
  return JSON.parse(new TextDecoder().decode(await requireObject(store, RESAMPLED)));
}

/** How many users of the block have each item, and how many held-out items each user has. */
async function countBlock(block: number, { seen, heldout, store }: EvaluationContext): Promise<void> {
  const counts = new Uint32Array(seen.columnCount);
  for (const item of (await seen.read(block)).indices) counts[item] = (counts[item] as number) + 1;
  const { indptr, rowCount } = await heldout.read(block);
  const lengths = Uint32Array.from(
    { length: rowCount },
    (_, row) => (indptr[row + 1] as number) - (indptr[row] as number),
  );
  await putSections(store, `count/${block}`, [
    { name: COUNTS, data: counts },
    { name: LENGTHS, data: lengths },
  ]);
}

async function chooseUsers(
  { rowCount, columnCount, blocks }: BlockList,
  { users, seed }: BlockedEvaluationOptions,
  { store }: EvaluationContext,
): Promise<void> {
  const counts = new Uint32Array(columnCount);
  const indptr = new Uint32Array(rowCount + 1);
  for (const [block, { firstRow }] of blocks.entries()) {
    const sections = await getSections(store, `count/${block}`);
    for (const [item, count] of sectionOf({ sections }, COUNTS, Uint32Array).entries()) {
      counts[item] = (counts[item] as number) + count;
    }
    for (const [row, length] of sectionOf({ sections }, LENGTHS, Uint32Array).entries()) {
      indptr[firstRow + row + 1] = (indptr[firstRow + row] as number) + length;
    }
  }
  const chosen = validationSample({ rowCount, columnCount, indptr }, seed, users ?? Number.POSITIVE_INFINITY);
  if (chosen.length === 0) throw new EngineError("EMPTY_DATA", "No user has a held-out item to measure.");
  await putSections(store, CHOSEN, [
    { name: COUNTS, data: counts },
    { name: USERS, data: chosen },
  ]);
}

async function measureBlock(
  block: number,
  { algorithm, cutoffs }: BlockedEvaluationOptions,
  shape: BlockList,
  context: EvaluationContext,
): Promise<void> {
  const { seen, heldout, disliked, store, kernels, breathe, modelSections } = context;
  const sections = await getSections(store, CHOSEN);
  const { firstRow = 0, rowCount = 0 } = shape.blocks[block] ?? {};
  const users = sectionOf({ sections }, USERS, Uint32Array)
    .filter((user) => user >= firstRow && user < firstRow + rowCount)
    .map((user) => user - firstRow);
  if (users.length === 0) {
    await putSections(store, `measured/${block}`, []);
    return;
  }
  const popularity = popularityOf(sectionOf({ sections }, COUNTS, Uint32Array));
  const model = algorithmOf(algorithm).decode(await modelSections(), kernels);
  try {
    const evaluation = createEvaluation({
      model,
      seen: await seen.read(block),
      heldout: await heldout.read(block),
      disliked: disliked ? await disliked.read(block) : undefined,
      popularity,
      users,
      cutoffs,
      keepsParts: true,
    });
    try {
      while (!evaluation.done) {
        evaluation.step();
        await breathe();
      }
      const { values = new Float64Array(), bandCounts = [] } = evaluation.result().parts ?? {};
      await putSections(store, `measured/${block}`, [
        { name: VALUES, data: values },
        ...bandCounts.map((data, band) => ({ name: `${COUNTS}.${band}`, data })),
      ]);
    } finally {
      evaluation.dispose();
    }
  } finally {
    model.dispose();
  }
}

async function join(
  { blocks, columnCount }: BlockList,
  { cutoffs, intervals, seed }: BlockedEvaluationOptions,
  { store, breathe }: EvaluationContext,
): Promise<void> {
  const joined = new JoinedEvaluations(cutoffs, columnCount);
  for (let block = 0; block < blocks.length; block++) {
    const sections = await getSections(store, `measured/${block}`);
    if (sections.length === 0) continue;
    joined.add({
      values: sectionOf({ sections }, VALUES, Float64Array),
      bandCounts: cutoffs.map((_, band) => sectionOf({ sections }, `${COUNTS}.${band}`, Uint32Array)),
    });
  }
  const chosen = await getSections(store, CHOSEN);
  const { novelties } = popularityOf(sectionOf({ sections: chosen }, COUNTS, Uint32Array));
  const steps = resampleInSteps(joined.perUser(intervals), seed);
  let step = steps.next();
  while (!step.done) {
    await breathe();
    step = steps.next();
  }
  const result: BlockedEvaluationResult = {
    metrics: joined.metrics(novelties),
    users: joined.userCount,
    intervals: intervalsOf(step.value),
  };
  const textOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const means = Object.entries(step.value.means).map(([metric, values]) => [metric, Array.from(values)]);
  await store.put(RESAMPLED, textOf({ ...step.value, means: Object.fromEntries(means) }));
  await store.put(RESULT, textOf(result));
}
