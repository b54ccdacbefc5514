import type { AlgorithmName } from "#contract/algorithms.ts";
import type { TablesPresent } from "../../algorithms/needs-tables.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { EngineError } from "../../engine-error.ts";
import type { Ladders, TrialBudgets } from "../sampler/choose-trial.ts";
import type { RangeLimits, Ranges } from "../sampler/search-space.ts";
import { defaultAlgorithms, type NextItemStudy, shareOut } from "./default-algorithms.ts";
import { fittingRanges, type Room } from "./fitting-ranges.ts";
import { type SearchHints, searchHints } from "./search-hints.ts";
import type { StudyPlan } from "./study.ts";

export interface PlanInput {
  /** What trials are fitted to. */
  readonly train: CsrMatrix;
  /** Those that a person named; null for a choice by the size of the data. */
  readonly algorithms: readonly AlgorithmName[] | null;
  /** The tables that there are, so that algorithms that read them are tried by default. */
  readonly tables?: TablesPresent;
  /** Whether trials rank items that they were not fitted on; no by default. */
  readonly ranksNewItems?: boolean;
  /** Given where trials are measured by the next item of a sequence. */
  readonly nextItems?: NextItemStudy | undefined;
  /** Most trials of each, where a person named the algorithms. */
  readonly budgets?: TrialBudgets;
  /** Whether an algorithm can run on this data at all; all can by default. */
  readonly isPossible?: (algorithm: AlgorithmName) => boolean;
  /** Where fits must fit; they may take what they like without it. */
  readonly room?: Room;
  readonly study: Pick<StudyPlan, "trialCount" | "seed" | "pruner" | "jobs" | "isSampled">;
}

/**
 * Makes the plan of a study from the data. Once per study: everything after it goes by the plan alone. Throws `UNSUPPORTED`, with the
 * reason, where no winner could be trained on all data.
 */
export function planStudy(input: PlanInput): StudyPlan {
  const { train, study, room, tables, isPossible = () => true } = input;
  const wanted = (
    input.algorithms ?? defaultAlgorithms(train, tables, input.ranksNewItems, input.nextItems)
  ).filter(isPossible);
  const usual = searchHints(train, wanted);
  const fitting = room && fittingRanges(room, wanted, highest(usual));
  const [first] = fitting?.leftOut ?? [];
  if (room?.refusal && first && fitting?.algorithms.length === 0)
    throw new EngineError("UNSUPPORTED", first.reason);
  // Where nothing else fits, trials say why.
  const algorithms = fitting && fitting.algorithms.length > 0 ? fitting.algorithms : wanted;
  const budgets = input.algorithms
    ? (input.budgets ?? {})
    : shareOut(algorithms, study.trialCount, input.nextItems);
  const hints = searchHints(train, algorithms, budgets);
  // Which family wins differs far more among sequences than among ratings.
  const followsLead = input.algorithms === null && input.nextItems !== undefined;
  return { ...study, algorithms, budgets, followsLead, ...(fitting ? within(hints, fitting.limits) : hints) };
}

/** The highest values that a search would try, by prefixed names. */
function highest({ ranges, ladders }: SearchHints): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, { high }] of Object.entries(ranges)) found[name] = high;
  for (const [algorithm, { param, high }] of Object.entries(ladders)) {
    const name = `${algorithm}.${param}`;
    found[name] = Math.max(found[name] ?? high, high);
  }
  return found;
}

/** The same search below limits: ladders end there, and those without a step left go. */
function within(hints: SearchHints, limits: RangeLimits): SearchHints {
  const highOf = (name: string) => limits[name]?.high ?? Number.POSITIVE_INFINITY;
  const ranges = Object.entries(hints.ranges).map(([name, { low, high }]) => {
    const most = highOf(name);
    return [name, { low: Math.min(low, most), high: Math.min(high, most) }] as const;
  });
  const ladders = Object.entries(hints.ladders).flatMap(([algorithm, ladder]) => {
    const high = Math.min(ladder.high, highOf(`${algorithm}.${ladder.param}`));
    return high > ladder.low ? [[algorithm, { ...ladder, high }] as const] : [];
  });
  return {
    ...hints,
    limits: { ...hints.limits, ...limits },
    ranges: Object.fromEntries(ranges) as Ranges,
    ladders: Object.fromEntries(ladders) as Ladders,
  };
}
