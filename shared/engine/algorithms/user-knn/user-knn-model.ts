import type { AlgorithmName } from "#contract/algorithms.ts";
import { FEATURE_WEIGHTINGS } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { transposeInSteps } from "../../data/transpose.ts";
import { finishSteps, type Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels, SparseRows, U32Buffer } from "../../kernels/kernels.ts";
import { selectScratch } from "../../kernels/sparse-rows/calls.ts";
import type { Model, Profile, RowSections } from "../fit/algorithm.ts";
import { requireCompressedRows, requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { QUOTIENT_FLOOR } from "../item-knn/similarity-fit.ts";
import { allocSparseRows, freeSparseRows } from "../item-matrix/row-slice.ts";
import { columnNorms } from "../weighting/column-norms.ts";
import { type FeatureWeightingOptions, weighFeatures } from "../weighting/feature-weighting.ts";

const SETTINGS = "user-knn.settings";
const INDPTR = "user-knn.indptr";
const INDICES = "user-knn.indices";
const VALUES = "user-knn.values";
/** The interactions, users × items. */
export const USER_KNN_ROWS: RowSections = { indptr: INDPTR, indices: INDICES, values: VALUES };
const SETTINGS_LENGTH = 8;
const MAX_COUNT = 2 ** 31;

/** How two users are compared. With sums over items i of x_i · xw_vi, and norms |x| and |xw_v|: */
export interface UserSimilarity {
  /**
   * Number of neighbours that vote; a user of the training matrix counts as one of their own and is then left out, as in irspack.
   */
  readonly topK: number;
  /** Added to the denominator. */
  readonly shrinkage: number;
  /** The sum is divided by |x|^2α |xw_v|^2(1−α) + shrinkage; α ½ is the cosine. */
  readonly alpha: number;
  /** False: the sum itself, undivided. */
  readonly isNormalized: boolean;
  readonly weighting: FeatureWeightingOptions;
}

/** The parts of the model; the weighted transpose follows from the others. */
export interface UserKnnParts {
  readonly similarity: UserSimilarity;
  readonly userItems: CsrMatrix;
  /** The transpose of `userItems` with weighted values. */
  readonly weighedItemUsers: CsrMatrix;
  /** |xw_v|^2(1−α) of each user. */
  readonly scales: Float64Array;
}

/** Weights a user-items matrix, transposes it, and computes its users' norms. */
export function* weighUsers(
  userItems: CsrMatrix,
  { weighting, alpha }: UserSimilarity,
): Steps<Pick<UserKnnParts, "weighedItemUsers" | "scales">> {
  const values = yield* weighFeatures(userItems, weighting);
  const weighedItemUsers = yield* transposeInSteps({ ...userItems, values });
  const scales = yield* columnNorms(weighedItemUsers, weighedItemUsers.values, 2 * (1 - alpha));
  return { weighedItemUsers, scales };
}

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeUserKnnModel(
  algorithm: AlgorithmName,
  sections: readonly Section[],
  kernels: Kernels,
): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, SETTINGS_LENGTH);
  requireFinite(SETTINGS, settings);
  const columnCount = requireCount(settings, 0, 1, MAX_COUNT);
  const topK = requireCount(settings, 1, 1, MAX_COUNT);
  const scheme = requireCount(settings, 2, 0, FEATURE_WEIGHTINGS.length - 1);
  const isNormalized = requireCount(settings, 3, 0, 1) === 1;
  const [shrinkage = 0, alpha = 0, k1 = 0, b = 0] = settings.subarray(4);
  const indptr = requireSection(sections, INDPTR, Uint32Array, null);
  const indices = requireSection(sections, INDICES, Uint32Array, null);
  const values = requireSection(sections, VALUES, Float32Array, indices.length);
  requireCompressedRows(INDICES, indptr, indices, columnCount);
  requireFinite(VALUES, values);
  const weighting = { scheme: FEATURE_WEIGHTINGS[scheme] ?? "NONE", k1, b };
  const similarity = { topK, shrinkage, alpha, isNormalized, weighting };
  const userItems = { rowCount: indptr.length - 1, columnCount, indptr, indices, values };
  const weighed = finishSteps(weighUsers(userItems, similarity));
  return new UserKnnModel(algorithm, kernels, { similarity, userItems, ...weighed });
}

/**
 * Scores by the items of the most similar users: score(j) = Σ_v similarity(profile, v) · X_vj over the topK nearest users v of
 * the training matrix. Neighbours are found at scoring time, so any profile works, and new users need no fit.
 */
export class UserKnnModel implements Model {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly #kernels: Kernels;
  readonly #similarity: UserSimilarity;
  readonly #userItems: SparseRows;
  readonly #itemUsers: SparseRows;
  /** |xw_v|^2(1−α) of each user. */
  readonly #scales: Float64Array;
  readonly #profile: SparseRows;
  readonly #sums: F32Buffer;
  readonly #touched: U32Buffer;
  readonly #marks: U32Buffer;
  readonly #scratch: F32Buffer;
  readonly #votes: F32Buffer;
  readonly #scores: F32Buffer;
  #mark = 0;

  constructor(
    algorithm: AlgorithmName,
    kernels: Kernels,
    { similarity, userItems, weighedItemUsers, scales }: UserKnnParts,
  ) {
    const { rowCount: userCount, columnCount: itemCount } = userItems;
    this.algorithm = algorithm;
    this.itemCount = itemCount;
    this.#kernels = kernels;
    this.#similarity = similarity;
    this.#userItems = allocSparseRows(kernels, userItems);
    this.#itemUsers = allocSparseRows(kernels, weighedItemUsers);
    this.#scales = scales;
    this.#profile = {
      indptr: kernels.allocU32(2),
      indices: kernels.allocU32(itemCount),
      values: kernels.allocF32(itemCount),
    };
    this.#sums = kernels.allocF32(userCount);
    this.#touched = kernels.allocU32(userCount);
    this.#marks = kernels.allocU32(userCount);
    this.#scratch = kernels.allocF32(selectScratch(userCount));
    this.#votes = kernels.allocF32(userCount);
    this.#scores = kernels.allocF32(itemCount);
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    this.#score(profile, -1, out);
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    this.#score(profile, userIndex, out);
  }

  /** The other items of users who have the item. */
  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.#score({ indices: Uint32Array.of(itemIndex), weights: Float32Array.of(1) }, -1, out);
    out[itemIndex] = 0;
  }

  encode(): Section[] {
    const { topK, shrinkage, alpha, isNormalized, weighting } = this.#similarity;
    const scheme = FEATURE_WEIGHTINGS.indexOf(weighting.scheme);
    const flags = [this.itemCount, topK, scheme, isNormalized ? 1 : 0];
    return [
      { name: SETTINGS, data: Float64Array.of(...flags, shrinkage, alpha, weighting.k1, weighting.b) },
      { name: INDPTR, data: this.#userItems.indptr.view.slice() },
      { name: INDICES, data: this.#userItems.indices.view.slice() },
      { name: VALUES, data: this.#userItems.values.view.slice() },
    ];
  }

  dispose(): void {
    for (const rows of [this.#userItems, this.#itemUsers, this.#profile]) freeSparseRows(rows);
    for (const buffer of [this.#sums, this.#scratch, this.#votes, this.#scores]) buffer.free();
    this.#touched.free();
    this.#marks.free();
  }

  #score(profile: Profile, ownIndex: number, out: Float32Array): void {
    const count = this.#findNeighbours(profile);
    const neighbours = this.#touched.view;
    const sums = this.#sums.view;
    const votes = this.#votes.view;
    for (let at = 0; at < count; at++) {
      const user = neighbours[at] as number;
      const isSelf = user === ownIndex || this.#hasJust(user, profile);
      votes[at] = isSelf ? 0 : (sums[user] as number);
    }
    this.#kernels.scoreSparseInto({
      matrix: this.#userItems,
      columnCount: this.itemCount,
      rowIndices: this.#touched,
      rowWeights: this.#votes,
      count,
      out: this.#scores,
    });
    out.set(this.#scores.view);
  }

  /** Whether a user's interactions are the profile itself, which has no information about other items. */
  #hasJust(user: number, { indices, weights }: Profile): boolean {
    const { indptr, indices: items, values } = this.#userItems;
    const from = indptr.view[user] as number;
    if ((indptr.view[user + 1] as number) - from !== indices.length) return false;
    return indices.every(
      (item, at) => items.view[from + at] === item && values.view[from + at] === weights[at],
    );
  }

  /** Moves the nearest users to the front of `#touched`, their similarities in `#sums`. @returns How many. */
  #findNeighbours({ indices, weights }: Profile): number {
    const { topK, isNormalized } = this.#similarity;
    const [sums, touched, marks, scratch] = [this.#sums, this.#touched, this.#marks, this.#scratch];
    this.#profile.indptr.view[1] = indices.length;
    this.#profile.indices.view.set(indices);
    this.#profile.values.view.set(weights);
    const touchedCount = this.#kernels.accumulateRows({
      matrix: this.#itemUsers,
      sources: this.#profile,
      source: 0,
      sums,
      touched,
      marks,
      mark: this.#nextMark(),
    });
    if (isNormalized) this.#divide(weights, touchedCount);
    return this.#kernels.selectLargest({ sums, touched, touchedCount, k: topK, scratch });
  }

  #divide(weights: Float32Array, count: number): void {
    const { alpha, shrinkage } = this.#similarity;
    const own = weights.reduce((sum, weight) => sum + weight ** 2, 0) ** alpha;
    const sums = this.#sums.view;
    const touched = this.#touched.view;
    const floor = shrinkage + QUOTIENT_FLOOR;
    for (let at = 0; at < count; at++) {
      const user = touched[at] as number;
      sums[user] = (sums[user] as number) / (own * (this.#scales[user] as number) + floor);
    }
  }

  /** A mark that no cell holds yet. */
  #nextMark(): number {
    if (this.#mark === 0xffffffff) {
      this.#marks.view.fill(0);
      this.#mark = 0;
    }
    return ++this.#mark;
  }
}
