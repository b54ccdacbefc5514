import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { FeatureMatrix, FeatureVector, SideFeatures } from "../../data/side-features.ts";
import type { Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { KnownScores } from "../../rank/best-known.ts";
import type { FitCost } from "../cost/fit-cost.ts";
import type { PlanSearch } from "../search/search-plan.ts";
import type { EpochPolicy } from "./epoch-policy.ts";

/**
 * What an algorithm is to the engine: a resumable fit, a model that scores, and what both cost. Its name, parameters and texts are
 * its definition in `#contract/algorithms`. An algorithm that leaves out a required member does not compile.
 */
export interface Algorithm {
  readonly name: AlgorithmName;
  /** The epochs of a trial; null for a fit without epochs, which has no `train_epochs`. */
  readonly epochs: EpochPolicy | null;
  readonly cost: FitCost;
  /** The search space on given data; null if ranges and starting points of the definition suit all data. */
  readonly planSearch: PlanSearch | null;
  /** Starts a fit. Nothing heavy happens before the first `step()`. Throws `BAD_PARAMETER` when params do not fit the data. */
  begin(input: FitInput, params: AlgorithmParams): FitTask;
  /** Continues a fit from `FitTask.checkpoint()`; input and params must be those of the interrupted fit. */
  resume(input: FitInput, params: AlgorithmParams, checkpoint: readonly Section[]): FitTask;
  /** The sections of a checkpoint that `resume` takes over where they lie in kernel memory, instead of copying them; see `KernelSection`. */
  readonly kernelSections?: readonly string[];
  /** Restores a model from `Model.encode()`. Throws `BAD_ARTIFACT` when a section is missing or has the wrong length. */
  decode(sections: readonly Section[], kernels: Kernels): Model;
  /**
   * The sections of a stored model that hold a row of each user of the training matrix; `noUserRows` if there are none. Erasing a
   * user empties that row in each, so every section with data of single users must be named here.
   */
  storedUserRows(sections: readonly Section[]): readonly RowSections[];
  /**
   * Set by algorithms whose models score new items and people by features themselves, or score nobody personally; `items` by those that
   * score new items alone. See `withNewcomers`.
   */
  readonly ownNewcomers?: true | "items";
  /** Set by algorithms that suit wide weights themselves, or read none. See `withReadableWeights`. */
  readonly readsAnyWeights?: true;
}

/** Finds an algorithm by its name, as `algorithmOf` of the registry does. */
export type AlgorithmOf = (name: AlgorithmName) => Algorithm;

/** The names of sections that hold a matrix in compressed rows, or lists, one row a user. */
export interface RowSections {
  /** Uint32, length userCount + 1. */
  readonly indptr: string;
  /** Uint32. */
  readonly indices: string;
  /** Float32, as long as `indices`; absent for lists without values. */
  readonly values?: string;
}

/** For models of item factors, similarities or sums, in which no single user has a row. */
export const noUserRows = (): readonly RowSections[] => [];

export interface FitInput {
  readonly userItems: CsrMatrix;
  /** The transpose of `userItems`. Some callers make it when it is first read, so a fit that does without it does not read it. */
  readonly itemUsers: CsrMatrix;
  /** Absent without tables of items and users. Most algorithms do not read them. */
  readonly features?: SideFeatures | undefined;
  /** The interactions of each row of `userItems` in their order. Absent where only their times, or not even these, are known. */
  readonly sequences?: Sequences | undefined;
  /** The same cut into sessions, where they are known beside the histories of users: a row for each, later ones being newer. */
  readonly sessions?: Sequences | undefined;
  readonly kernels: Kernels;
  /** Same seed, same input, same params: the same bytes. */
  readonly seed: number;
}

/** A fit in progress. The driver calls `step()` until `done`, and may pause, take a checkpoint or evaluate between two steps. */
export interface FitTask {
  readonly done: boolean;
  /** Whole passes over the data finished so far; stays 0 for algorithms that do not iterate. */
  readonly epoch: number;
  /** Share of the work done, 0 … 1. */
  readonly progress: number;
  /** Does the next piece of work: at most about 10 ms on a million interactions. */
  step(): void;
  /**
   * Everything that `resume` needs to continue to the very same model. Arrays may be the fit's own memory: they are void after the next
   * `step()` and after `dispose()`, so a caller that keeps them copies them.
   */
  checkpoint(): Section[];
  /**
   * The current model: the final one when `done`, otherwise the state after the last whole epoch (for validation). May be called
   * when `done`, or right after a step that raised `epoch`; throws `UNSUPPORTED` in between. A model taken before `done` reads
   * the fit's own memory and is void after the next `step()`; take `encode()` of it to keep it.
   */
  model(): Model;
  /** Frees the memory of the fit; models taken from it keep theirs until they are disposed of, too. Idempotent. */
  dispose(): void;
}

/** A user's interactions: item indices, ascending and without repeats, and their weights. */
export interface Profile {
  readonly indices: Uint32Array;
  readonly weights: Float32Array;
  /** What else is known of the user; most models do not read it. */
  readonly features?: FeatureVector | undefined;
  /** The order of the interactions, where it is known; models of sequences read it. */
  readonly recent?: RecentItems | undefined;
}

/** Items of a profile in the order in which they were taken, oldest first; repeats stay. */
export interface RecentItems {
  readonly items: Uint32Array;
  /** Days from each to the request; null where times are not known. */
  readonly daysAgo: Float32Array | null;
}

/** A user of the training matrix, and their known interactions. */
export interface KnownUser {
  readonly index: number;
  readonly profile: Profile;
}

/** Scoring of several users together, in kernel memory: large arrays are then read once for all of them. */
export interface BlockScoring {
  readonly kernels: Kernels;
  /** Most users of one call, which then takes about 10 ms. */
  readonly capacity: number;
  /** The scores of `scoreUserInto`, apart from rounding. @param out Receives a row of itemCount for each user. */
  scoreUsersInto(users: readonly KnownUser[], out: F32Buffer): void;
}

/** Finds the best scores of all items for one profile. Valid until the model scores again. */
export interface Shortlist {
  /** Present if it computed the scores of all items; valid until the model is asked for others. */
  readonly known?: KnownScores;
  /**
   * About `count` of the wanted items, which seem to be the best: nothing is proven of them. Fewer if there are no more.
   */
  near(count: number, isWanted: (item: number) => boolean): Uint32Array;
  /** Every item whose score can be `bar` or above, in any order; null if they may be more than `most`. @param bar Above 0. */
  above(bar: number, most: number): Uint32Array | null;
  /** The score of an item that `near` or `above` named is not above this. */
  boundOf(item: number): number;
  /** The scores that `scoreProfileInto` gives to these items, to the last bit. */
  scoresOf(items: Uint32Array): Float32Array;
}

export interface EncodeOptions {
  /** Item factors at one byte each, where the model can write them so; see `stored-factors.ts`. */
  readonly int8Factors?: boolean;
  /** The model may give its own memory away instead of a copy: it is void afterwards, and so are the sections once it is disposed of. */
  readonly isLast?: boolean;
}

export interface Model {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  /**
   * Scores every item for any profile, seen before or not. Seen items are scored too; the caller masks them.
   * @param out Length itemCount; overwritten.
   */
  scoreProfileInto(profile: Profile, out: Float32Array): void;
  /**
   * Scores every item for a user of the training matrix. Same as `scoreProfileInto` unless the fit kept data of the user (a
   * factor vector), which a decoded model may not have.
   */
  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void;
  /** Whether `Profile.recent` changes the scores. */
  readonly readsOrder?: boolean;
  /** Whether `Profile.features` changes the scores, so that users without interactions get lists of their own. */
  readonly readsUserFeatures?: boolean;
  /**
   * Scores items that the model was not fitted on by their features. Absent if it knows no features of items.
   * @param features New items × the features of the fit.
   * @param out A score for each new item; comparable with those of `scoreProfileInto`.
   */
  scoreNewItemsInto?(profile: Profile, features: FeatureMatrix, out: Float32Array): void;
  /** Whether it knows new items by their vectors, and not by their features. */
  readonly readsVectors?: boolean;
  /**
   * Scores every item, then every new item, by its similarity to one of them. Absent if it knows no features of items.
   * @param itemIndex Of an item, or `itemCount` and above of a row of `features`.
   * @param features  New items × the features of the fit.
   * @param out       Length `itemCount` + rows; overwritten; the item itself gets 0.
   */
  similarWithNewItemsInto?(itemIndex: number, features: FeatureMatrix, out: Float32Array): void;
  /** Absent if scoring users one by one is as fast; that then allocates no kernel memory. */
  readonly blocks?: BlockScoring;
  /** Absent if it would be no faster than `scoreProfileInto`. */
  shortlist?(profile: Profile): Shortlist;
  /**
   * Set where `shortlist(profile).known` always names the items whose scores may differ from 0, as `touched`, and a user of the training
   * is scored as their profile. A blend then looks at these items alone.
   */
  readonly namesTouched?: boolean;
  /** Scores every item by its similarity to one item. @param out Length itemCount; overwritten; the item itself gets 0. */
  similarItemsInto(itemIndex: number, out: Float32Array): void;
  /**
   * Absent if a score is not a sum over the profile's interactions. Otherwise: the contribution of each interaction to the score
   * that `scoreProfileInto` gives to one item.
   * @param out One value for each interaction of the profile; overwritten. Their sum is the score.
   * @returns False when this profile's score cannot be divided into contributions.
   */
  contributionsInto?(profile: Profile, itemIndex: number, out: Float64Array): boolean;
  /** A copy of all data that `decode` needs; independent of the model's memory. */
  encode(options?: EncodeOptions): Section[];
  /** The same in pieces of a few milliseconds, where `encode` takes longer. The model must not change meanwhile. */
  encodeInSteps?(options?: EncodeOptions): Steps<Section[]>;
  /** Gives back the model's kernel memory; no scoring afterwards. Idempotent. */
  dispose(): void;
}
