import { MAX_DENSE_ITEMS } from "#contract/algorithms/common-params.ts";
import { ALGORITHMS, type AlgorithmName, STARTING_POINTS } from "#contract/algorithms.ts";
import { missingTable, NO_TABLES, type TablesPresent } from "../../algorithms/needs-tables.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { isNextItem, type SplitConfig } from "../../split/split-config.ts";
import type { TrialBudgets } from "../sampler/choose-trial.ts";

interface Candidate {
  readonly name: AlgorithmName;
  /** Share of the trials, relative to the others: algorithms with more important parameters get more. */
  readonly share: number;
  /** Smallest catalogue on which no exact method beats it. */
  readonly minItems?: number;
  /** Tried only where trials rank new items. */
  readonly isForNewItems?: true;
}

/** What a study of next items measures by: people's histories, which do not repeat, or sessions. */
export type NextItemStudy = "histories" | "sessions";

/** What a study measures by under a split; undefined if not by next items. */
export function nextItemsOf(scheme: SplitConfig["scheme"]): NextItemStudy | undefined {
  if (!isNextItem(scheme)) return undefined;
  return scheme === "sessions" ? "sessions" : "histories";
}

/**
 * Neighbours by session are best where many people do the same in one sitting, two-sided neighbours where a history is one person's
 * own; iALS adds what goes with all of a history, and repeated items what a session comes back to.
 */
const NEXT_ITEM_CANDIDATES: readonly (Candidate & { readonly only?: NextItemStudy })[] = [
  { name: "TwoSidedKNN", share: 9 },
  { name: "SessionKNN", share: 9 },
  { name: "SequenceRules", share: 4 },
  { name: "RecentIALS", share: 4, only: "histories" },
  { name: "RepeatedItems", share: 2, only: "sessions" },
  { name: "WindowedPop", share: 1 },
  { name: "TopPop", share: 0 },
];

/**
 * Degree-weighted neighbours include cosine, P3alpha and RP3beta on most data, and factor models find other items. A dense
 * inverse is best on small catalogues (EDLAE includes EASE), and its sparse form replaces it on others. Popularity has one
 * configuration. Items with the same words and labels are the best guess for new items where these tell more than ratings do.
 */
const CANDIDATES: readonly Candidate[] = [
  { name: "DegreeKNN", share: 9 },
  { name: "IALS", share: 7 },
  { name: "FeatureIALS", share: 5 },
  { name: "Embedding", share: 3 },
  { name: "Content", share: 3, isForNewItems: true },
  { name: "EDLAE", share: 5 },
  { name: "SparseSLIM", share: 4, minItems: MAX_DENSE_ITEMS },
  { name: "GFCF", share: 2 },
  { name: "TopPop", share: 0 },
];

/**
 * What a study tries when it is not told, by the size of the data and the tables that there are.
 *
 * @param ranksNewItems Whether trials rank items that they were not fitted on.
 * @param nextItems     Given where trials are measured by the next item of a sequence.
 */
export function defaultAlgorithms(
  { columnCount }: Pick<CsrMatrix, "columnCount">,
  tables: TablesPresent = NO_TABLES,
  ranksNewItems = false,
  nextItems?: NextItemStudy,
): AlgorithmName[] {
  if (nextItems) {
    return NEXT_ITEM_CANDIDATES.filter(({ only = nextItems }) => only === nextItems).map(({ name }) => name);
  }
  return CANDIDATES.filter(({ name, minItems = 0, isForNewItems = false }) => {
    if (isForNewItems && !ranksNewItems) return false;
    if (missingTable(name, {}, tables)) return false;
    const mostItems = ALGORITHMS[name].maxItems ?? Number.POSITIVE_INFINITY;
    return columnCount > minItems && columnCount <= mostItems;
  }).map(({ name }) => name);
}

/** How the trials of a study are shared out among its default algorithms, or those of them that can run. */
export function shareOut(
  algorithms: readonly AlgorithmName[],
  trialCount: number,
  nextItems?: NextItemStudy,
): TrialBudgets {
  const candidates = (nextItems ? NEXT_ITEM_CANDIDATES : CANDIDATES).filter(({ name }) =>
    algorithms.includes(name),
  );
  const shares = candidates.reduce((sum, { share }) => sum + share, 0);
  const budgets = candidates.map(({ name, share }) => [
    name,
    share === 0 ? 1 : Math.max(leastTrials(name), Math.round((share / shares) * trialCount)),
  ]);
  return Object.fromEntries(budgets) as TrialBudgets;
}

function leastTrials(name: AlgorithmName): number {
  return Math.max(1, STARTING_POINTS[name].length);
}
