import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Steps } from "../../in-steps.ts";
import { type Algorithm, type FitInput, type FitTask, noUserRows } from "../fit/algorithm.ts";
import { keptCount, type ParamsOf, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { inversePowers, raiseValues, rowSums, scaleValues } from "../weighting/weight-powers.ts";
import type { RowLayout } from "./kept-rows.ts";
import { similarityCost } from "./similarity-cost.ts";
import { SimilarityFit } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";
import { rowRuleOf, type SimilarityWeights } from "./similarity-weights.ts";

interface Walk {
  readonly alpha: number;
  readonly beta: number;
  readonly topK: number;
  readonly isNormalized: boolean;
  readonly cutBy: "auto" | Cut;
}

/** Whether `topK` counts the targets of each source, or the sources of each target, as in irspack. */
export type Cut = "source" | "target";

/**
 * Walks from an item to one of its users to one of their items, each step chosen in proportion to weight^α (Cooper et al. 2014).
 * W[i, j] is the chance to get from i to j. Each target j keeps its top_k strongest sources, as in irspack. With `cut_by`
 * "source", each source keeps its strongest targets, which is far better on sparse data; see `cutFor`. With `normalize_weight` the kept
 * entries of a row, including the item's own share, sum to 1.
 */
export const p3alpha: Algorithm = walkAlgorithm("P3alpha");

/** P3alpha with the chance of item j divided by popularity_j^β, so that popularity alone counts less. */
export const rp3beta: Algorithm = walkAlgorithm("RP3beta");

export type WalkName = "P3alpha" | "RP3beta";

function readWalk(name: WalkName, raw: AlgorithmParams): Walk {
  if (name === "P3alpha") return { ...walkOf(requireParams(name, raw)), beta: 0 };
  const params = requireParams(name, raw);
  return { ...walkOf(params), beta: params.beta };
}

function walkOf(params: ParamsOf<"P3alpha">): Omit<Walk, "beta"> {
  const { alpha, top_k: topK, normalize_weight: isNormalized } = params;
  return { alpha, topK: keptCount(topK), isNormalized, cutBy: params.cut_by };
}

function walkAlgorithm(name: WalkName): Algorithm {
  const beginFit = (input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask => {
    const walk = readWalk(name, raw);
    requireInteractions(input);
    const { cut, layout } = walkLayout(name, raw, () => suitingCut(input, checkpoint));
    const chosen = { name: CUT, data: Float64Array.of(CUTS.indexOf(cut)) };
    const prepare = () => rowRuleOf(weightsOf(walk, cut), input);
    return new SimilarityFit(input, { algorithm: name, layout, chosen, prepare }, checkpoint);
  };
  return {
    name,
    epochs: null,
    cost: similarityCost(() => 2),
    planSearch: null,
    begin: (input, params) => beginFit(input, params),
    resume: beginFit,
    decode: (sections, kernels) => decodeSimilarityModel(name, sections, kernels),
    storedUserRows: noUserRows,
  };
}

/** In checkpoints: how a fit cuts, so that it continues with it. */
const CUT = "walk.cut";
/** By the number in a checkpoint. */
const CUTS: readonly Cut[] = ["source", "target"];

/** The cut of a new fit by its data, or the one that a fit began with: by source, where its version did not write it down. */
function suitingCut({ itemUsers }: FitInput, checkpoint?: readonly Section[]): Cut {
  if (!checkpoint) return cutFor(itemUsers);
  if (!checkpoint.some(({ name }) => name === CUT)) return "source";
  return CUTS[requireCount(requireSection(checkpoint, CUT, Float64Array, 1), 0, 0, 1)] as Cut;
}

/** Interactions of an item on average, at least, for a cut by target. */
const WELL_KNOWN = 26;

/**
 * The cut that suits P3alpha. Chances to leave an item are known badly where few had it, and the strongest sources of a target are
 * then such items by chance. Within the training parts of six data sets and variants of them (`test/bench/walk-cuts.ts`), a cut by
 * target is better on 13 of 15 that have as many interactions an item, and one by source on 17 of the 21 others.
 */
export function cutFor({ indptr, rowCount }: CsrMatrix): Cut {
  let known = 0;
  for (let item = 0; item < rowCount; item++) {
    if ((indptr[item + 1] as number) > (indptr[item] as number)) known++;
  }
  return cutOf(indptr[rowCount] as number, known);
}

/** The same from facts. @param knownItems Items with an interaction. */
export function cutOf(interactionCount: number, knownItems: number): Cut {
  return interactionCount >= WELL_KNOWN * knownItems ? "target" : "source";
}

/** The weights of the sums of a walk, cut in this way. */
export function walkWeights(name: WalkName, raw: AlgorithmParams, cut: Cut): SimilarityWeights {
  return weightsOf(readWalk(name, raw), cut);
}

/** How the model's rows are made from the kept ones, and the cut that the parameters name or leave to the data. */
export function walkLayout(
  name: WalkName,
  raw: AlgorithmParams,
  autoCut: () => Cut,
): { readonly cut: Cut; readonly layout: RowLayout } {
  const { cutBy, isNormalized } = readWalk(name, raw);
  const cut = cutBy === "auto" ? autoCut() : cutBy;
  return { cut, layout: { isTransposed: cut === "target", isNormalized } };
}

/**
 * With α-weighted chances of a step c: from source i, W[i, j] = Σ_u c(i → u) c(u → j) / penalty_j is row i of the fit. Cut by target,
 * row j of the fit is column j of W: the sources i that lead to j. Sums of users and items are those of weight^α; the second sum of items
 * is that of their weights.
 */
function weightsOf(walk: Walk, cut: Cut): SimilarityWeights {
  const raise = (rows: CsrMatrix) => raiseValues(rows, walk.alpha);
  const isBySource = cut === "source";
  const chances = (sums: readonly Float64Array[], from = 0, count?: number) =>
    inversePowers((sums[0] ?? new Float64Array()).subarray(from, count && from + count), 1);
  return {
    topK: walk.topK,
    keepsDiagonal: true,
    sumUsers: function* (rows) {
      return [yield* rowSums(yield* raise(rows))];
    },
    sumItems: function* (rows) {
      return [yield* rowSums(yield* raise(rows)), yield* rowSums(rows)];
    },
    sourceValues: function* (rows, firstItem, { userSums, itemSums }) {
      const raised = yield* raise(rows);
      if (isBySource) return yield* scaleValues(raised, chances(itemSums, firstItem, rows.rowCount));
      return yield* scaleColumns(raised, chances(userSums));
    },
    targetValues: function* (rows, firstUser, { userSums, itemSums }) {
      const raised = yield* raise(rows);
      if (isBySource) return yield* scaleValues(raised, chances(userSums, firstUser, rows.rowCount));
      return yield* scaleColumns(raised, chances(itemSums));
    },
    finishRow({ itemSums: [, popularities = new Float64Array()] }) {
      const penalties = penaltiesOf(popularities, walk.beta);
      return (item, sums, touched, count) => {
        for (let at = 0; at < count; at++) {
          const column = touched[at] as number;
          sums[column] = (sums[column] as number) / (penalties[isBySource ? column : item] as number);
        }
      };
    },
  };
}

/** The values of a matrix, entry (r, c) times `factors[c]`. */
function scaleColumns(matrix: CsrMatrix, factors: Float64Array): Steps<Float32Array> {
  return scaleValues(matrix, new Float64Array(matrix.rowCount).fill(1), factors);
}

/** popularity^β of each item, 1 for one without interactions. */
function penaltiesOf(popularities: Float64Array, beta: number): Float64Array {
  return popularities.map((popularity) => (popularity > 0 ? popularity ** beta : 1));
}
