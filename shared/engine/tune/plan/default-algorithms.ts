import { MAX_DENSE_ITEMS } from "#contract/algorithms/common-params.ts";
import { ALGORITHMS, type AlgorithmName, STARTING_POINTS } from "#contract/algorithms.ts";
import { missingTable, NO_TABLES, type TablesPresent } from "../../algorithms/needs-tables.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
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
 */
export function defaultAlgorithms(
  { columnCount }: Pick<CsrMatrix, "columnCount">,
  tables: TablesPresent = NO_TABLES,
  ranksNewItems = false,
): AlgorithmName[] {
  return CANDIDATES.filter(({ name, minItems = 0, isForNewItems = false }) => {
    if (isForNewItems && !ranksNewItems) return false;
    if (missingTable(name, {}, tables)) return false;
    const mostItems = ALGORITHMS[name].maxItems ?? Number.POSITIVE_INFINITY;
    return columnCount > minItems && columnCount <= mostItems;
  }).map(({ name }) => name);
}

/** How the trials of a study are shared out among its default algorithms, or those of them that can run. */
export function shareOut(algorithms: readonly AlgorithmName[], trialCount: number): TrialBudgets {
  const candidates = CANDIDATES.filter(({ name }) => algorithms.includes(name));
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
