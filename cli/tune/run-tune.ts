import { createHash } from "node:crypto";
import { type AlgorithmName, type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import { type FitShape, shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import type { TablesPresent } from "#engine/algorithms/needs-tables.ts";
import { tablesIn } from "#engine/data/side-features.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";
import { COLD_SCHEMES } from "#engine/split/split-config.ts";
import { planStudy } from "#engine/tune/plan/plan-study.ts";
import type { FinishedTrial, StudyPlan, TrialAssignment, TrialResult } from "#engine/tune/plan/study.ts";
import { validationSample, watchedSample } from "#engine/tune/plan/validation-sample.ts";
import { runStudy, type StudyResult } from "#engine/tune/run-study.ts";
import { loadKernelsModule } from "../files/node-kernels.ts";
import type { TuneOptions } from "../options/tune-options.ts";
import type { Progress } from "../terminal/progress.ts";
import { paramsText } from "../terminal/text-table.ts";
import { type BlendOutcome, tryBlend } from "./blend-trial.ts";
import { bestFinalist } from "./finalists.ts";
import { type Journal, openJournal } from "./journal.ts";
import { KeptModels } from "./kept-models.ts";
import { secondsSince } from "./measure.ts";
import type { StudyData } from "./study-data.ts";
import { createInlineRunner, createThreadRunner, type TrialRunner } from "./trial-runner.ts";
import type { TrialContext } from "./trial-work.ts";
import { type Configuration, type WorkerFit, workerFit } from "./worker-fit.ts";

export interface Tuned {
  readonly best: {
    readonly algorithm: AlgorithmName;
    readonly params: AlgorithmParams;
    readonly value: number;
  };
  /** The number of the best trial; null for a blend. */
  readonly bestTrial: number | null;
  readonly study: StudyResult;
  readonly plan: StudyPlan;
  readonly split: StudyData["split"];
  readonly heldoutUserCount: number;
  readonly validationUserCount: number;
  readonly blend: BlendOutcome | null;
  readonly worker: WorkerFit;
  /** What was skipped for lack of time or memory, a sentence each. */
  readonly givenUp: readonly string[];
  readonly resumedCount: number;
  readonly seconds: number;
  readonly kernels: Kernels;
}

/** Share of the time for trials when a blend follows. The blend uses their models, so it only scores and weighs. */
const TRIALS_SHARE = 0.8;

/** Runs a study. Null when no trial completed in time. */
export async function runTune(
  data: StudyData,
  options: TuneOptions,
  progress: Progress,
): Promise<Tuned | null> {
  const startedAt = performance.now();
  const { split, cut, heldoutUserCount } = data;
  const { validation: heldout, features } = cut;
  const { triesBlend } = options;
  const users = validationSample(heldout, options.seed, options.validationUserCount ?? undefined);
  const isSampled = users.length < heldoutUserCount;
  const plan = planOf(options, data, { isSampled, tables: tablesIn(features) });
  const startedMs = Date.now();
  const deadlineAfter = (share: number) =>
    options.timeoutMs === null ? null : startedMs + share * options.timeoutMs;
  const context: TrialContext = {
    split: cut,
    users,
    watchedUsers: watchedSample(heldout, users, options.seed),
    metric: options.metric,
    cutoff: options.cutoff,
    seed: options.seed,
    pruner: options.pruner,
    deadline: deadlineAfter(triesBlend ? TRIALS_SHARE : 1),
  };
  const journal =
    options.journal === null
      ? null
      : openJournal(options.journal, headerOf(context, plan, split, options.budgets));
  const module = await loadKernelsModule();
  const kernels = createWasmKernels(module);
  const measured = cut.queries ? "requests" : "users";
  progress.done(
    `Validation: ${split.reason} Trials are measured on ${users.length} of ${heldoutUserCount} ${measured}.`,
  );
  if (options.split === null && split.config.scheme === "RG") {
    progress.done(
      "If rows or lists are in order of time, give --ordered: predicting the next interactions is harder.",
    );
  }
  progress.stage("Tuning");
  const board = createBoard(plan, progress, journal);
  const runner =
    plan.jobs === 1
      ? createInlineRunner(context, kernels, board.show)
      : createThreadRunner(context, module, plan.jobs);
  const kept = triesBlend ? new KeptModels() : null;
  const study = await driveStudy({ plan, context, runner, board, journal, kept });
  if (study.best === null) return null;
  const finalist = bestFinalist({
    ...{ context, plan, trials: study.trials, kept, deadline: deadlineAfter(1), kernels, progress },
  });
  const blend =
    kept &&
    tryBlend({
      ...{ context, trials: study.trials, kept, deadline: deadlineAfter(1), kernels, progress },
      weighsSegments: !cut.queries && !isColdScheme(split.config.scheme),
    });
  const single = finalist ?? study.best;
  const {
    best: chosen,
    worker,
    givenUp,
  } = chooseWinner(
    shapeOf(data.whole, undefined, data.cut),
    options,
    { ...study, best: single },
    blend,
    plan,
  );
  return {
    best: { algorithm: chosen.algorithm, params: chosen.params, value: chosen.value },
    bestTrial: chosen.trial,
    ...{ study, plan, split, heldoutUserCount, blend, worker, givenUp, kernels },
    validationUserCount: users.length,
    resumedCount: journal?.earlier.length ?? 0,
    seconds: secondsSince(startedAt),
  };
}

const isColdScheme = (scheme: string): boolean => COLD_SCHEMES.some((cold) => cold === scheme);

function planOf(
  options: TuneOptions,
  { cut: { train }, nextItems, split }: StudyData,
  { isSampled, tables }: { readonly isSampled: boolean; readonly tables: TablesPresent },
): StudyPlan {
  const { algorithms, budgets, trialCount, seed, pruner, jobs } = options;
  const study = { trialCount, seed, pruner, jobs, isSampled };
  const ranksNewItems = split.config.scheme === "cold-items";
  return planStudy({ train, algorithms, tables, ranksNewItems, nextItems, budgets: budgets ?? {}, study });
}

/** Without the number of trials and what depends on it: a study may be extended. */
function headerOf(
  { split, users, watchedUsers, metric, cutoff }: TrialContext,
  { algorithms, seed, pruner, jobs }: StudyPlan,
  { config }: StudyData["split"],
  budgets: TuneOptions["budgets"],
) {
  const hash = createHash("sha256");
  const { disliked, features, sequences, sessions, queries } = split;
  const parts = [split.train, split.validation, disliked, features?.items, features?.users].filter(
    (part) => part !== undefined,
  );
  for (const { indptr, indices, values } of parts) {
    for (const array of [indptr, indices, values]) hash.update(array);
  }
  for (const order of [sequences, sessions, queries?.known]) {
    for (const array of [order?.offsets, order?.items, order?.ages]) if (array) hash.update(array);
  }
  const vectors = features?.items?.vectors;
  if (vectors) hash.update(vectors.values).update(vectors.scales);
  const data = hash.digest("hex").slice(0, 16);
  return {
    split: config,
    seed,
    metric,
    cutoff,
    algorithms,
    budgets,
    pruner,
    jobs,
    users: users.length,
    ...(watchedUsers && { watched_users: watchedUsers.length }),
    // Compared last: if more than the data differ, another field describes the difference better.
    data,
  };
}

/** The best of trials and blend; with a memory budget, the best within it. */
function chooseWinner(
  shape: FitShape,
  { memoryBudgetMb, triesBlend }: TuneOptions,
  { best, trials, end }: StudyResult,
  blend: BlendOutcome | null,
  { trialCount }: StudyPlan,
): { readonly best: Configuration; readonly worker: WorkerFit; readonly givenUp: readonly string[] } {
  const single = best as FinishedTrial;
  const winner: Configuration = blend?.isBetter
    ? { algorithm: BLEND, params: blend.params, value: blend.value, trial: null }
    : { ...single, value: single.value as number, trial: single.number };
  const worker = workerFit(shape, winner, trials, memoryBudgetMb ?? undefined);
  const givenUp = [
    ...(end === "time" ? [`${trialCount - trials.length} of ${trialCount} trials were not run.`] : []),
    ...(blend?.givenUp ?? []),
    ...(end === "time" && triesBlend && blend === null ? ["No blend was tried."] : []),
  ];
  if (memoryBudgetMb === null || worker.reason === null || worker.best === null) {
    return { best: winner, worker, givenUp };
  }
  const given = `${winner.algorithm} with ${winner.value.toFixed(4)} is beyond the memory budget.`;
  return { best: worker.best, worker, givenUp: [...givenUp, given] };
}

interface StudyDrive {
  readonly plan: StudyPlan;
  readonly context: TrialContext;
  readonly runner: TrialRunner;
  readonly board: Board;
  readonly journal: Journal | null;
  /** Null when no blend is tried. */
  readonly kept: KeptModels | null;
}

async function driveStudy({ plan, context, runner, board, journal, kept }: StudyDrive): Promise<StudyResult> {
  const { deadline } = context;
  const run = async (assignment: TrialAssignment): Promise<TrialResult | null> => {
    const { number, algorithm } = assignment;
    const work = await runner.run({ assignment, keepFrom: kept?.leastValue(algorithm) ?? null });
    if (work?.sections) kept?.add(number, algorithm, work.result.value as number, work.sections);
    return work?.result ?? null;
  };
  try {
    return await runStudy(
      plan,
      {
        run,
        isTimeUp: () => deadline !== null && Date.now() >= deadline,
        onFinished(trial) {
          journal?.append(trial);
          board.finished(trial);
        },
      },
      journal?.earlier,
    );
  } finally {
    await runner.close();
  }
}

/** Reports the progress of a study. */
interface Board {
  show(assignment: { readonly number: number; readonly algorithm: string }, share: number): void;
  finished(trial: FinishedTrial): void;
}

function createBoard(plan: StudyPlan, progress: Progress, journal: Journal | null): Board {
  let best = Math.max(0, ...(journal?.earlier ?? []).map(({ value }) => value ?? 0));
  let finishedCount = journal?.earlier.length ?? 0;
  if (finishedCount > 0) progress.done(`Continuing after ${finishedCount} finished trials.`);
  const update = (share: number, what: string) =>
    progress.update(share, `${finishedCount}/${plan.trialCount}, best ${best.toFixed(4)} ${what}`);
  return {
    show: ({ algorithm }, share) => update((finishedCount + share) / plan.trialCount, algorithm),
    finished({ number, algorithm, state, value, suggested, seconds, reason }) {
      finishedCount++;
      if (state === "COMPLETE") best = Math.max(best, value ?? 0);
      const what = state === "COMPLETE" ? (value ?? 0).toFixed(4) : state.toLowerCase();
      progress.done(
        `trial ${number}: ${what} ${algorithm} ${paramsText(suggested)} (${seconds.toFixed(1)} s)${reason ? ` ${reason}` : ""}`,
      );
      update(finishedCount / plan.trialCount, "");
    },
  };
}
