/** The weights of a blend for newcomers: what they are tuned on, and which models may be part of them. */

import type { BlendSegment } from "#contract/algorithms/blend.ts";
import { ALGORITHMS, type AlgorithmFamily, type AlgorithmName, isBlend } from "#contract/algorithms.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { SideFeatures } from "../../data/side-features.ts";
import { COLD_RATIO, type ColdScheme, type ColdSplit, splitCold } from "../../split/cold-split.ts";
import type { FinishedTrial } from "../plan/study.ts";

export type ColdSegment = Exclude<BlendSegment, "warm">;

export const COLD_SEGMENT_SCHEMES: Readonly<Record<ColdSegment, ColdScheme>> = {
  coldItems: "cold-items",
  coldUsers: "cold-users",
};

/** Of fewer known items or users too few are new ones: weights tuned on them are noise. */
const FEWEST_KNOWN = 20;
/** Models of these say the same of all newcomers. */
const IMPERSONAL: readonly AlgorithmFamily[] = ["popularity", "trend"];
const MOST_PARTS = 4;

/** The segments that the data can tell something of. */
export function coldSegmentsOf(features: SideFeatures | undefined): ColdSegment[] {
  const { items, users } = features ?? {};
  return [
    ...(items && (items.columnCount > 0 || items.vectors) ? (["coldItems"] as const) : []),
    ...(users && users.columnCount > 0 ? (["coldUsers"] as const) : []),
  ];
}

/**
 * A fifth of the items, or users, of a training part as new ones, drawn by the seed: models are fitted on `train` and ranked on `heldout`.
 * Null where there are too few.
 */
export function coldValidation(train: CsrMatrix, segment: ColdSegment, seed: number): ColdSplit | null {
  if (knownOf(train, segment) < FEWEST_KNOWN) return null;
  return splitCold(train, COLD_SEGMENT_SCHEMES[segment], COLD_RATIO, seed);
}

/**
 * The trials whose models may speak of newcomers, four at most: the parts of the warm blend, then the best trial of each algorithm that
 * learns from features.
 */
export function coldCandidates(
  parts: readonly FinishedTrial[],
  trials: readonly FinishedTrial[],
): FinishedTrial[] {
  const chosen = [...parts];
  const ranked = trials
    .filter(({ state, value }) => state === "COMPLETE" && value !== null && !Number.isNaN(value))
    .sort((a, b) => (b.value as number) - (a.value as number) || a.number - b.number);
  for (const trial of ranked) {
    const { algorithm } = trial;
    if (chosen.length >= MOST_PARTS) break;
    if (chosen.some((part) => part.algorithm === algorithm)) continue;
    if (learnsFromFeatures(algorithm)) chosen.push(trial);
  }
  return chosen;
}

/** Others say of newcomers what a map of their scores says. */
function learnsFromFeatures(algorithm: AlgorithmName): boolean {
  const { needsTables, family } = ALGORITHMS[algorithm];
  const scoresThem = algorithmOf(algorithm).ownNewcomers !== undefined && !IMPERSONAL.includes(family);
  return !isBlend(algorithm) && (needsTables.length > 0 || scoresThem);
}

function knownOf({ indptr, indices, rowCount }: CsrMatrix, segment: ColdSegment): number {
  if (segment === "coldItems") return new Set(indices).size;
  let count = 0;
  for (let user = 0; user < rowCount; user++) if (indptr[user] !== indptr[user + 1]) count++;
  return count;
}
