import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { FeatureMatrix } from "../../data/side-features.ts";
import { finishSteps, type Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { CoarseFactors } from "../factor-store/coarse-factors.ts";
import { CoarseShortlist } from "../factor-store/coarse-shortlist.ts";
import { Factors } from "../factor-store/factors.ts";
import type { ItemFactors } from "../factor-store/item-factors.ts";
import { type ItemMap, NewItemFactors } from "../feature-map/new-item-factors.ts";
import type { BlockScoring, EncodeOptions, KnownUser, Model, Profile, Shortlist } from "../fit/algorithm.ts";
import { usersPerBlock } from "../fit/block-size.ts";
import { ScoreShortlist } from "../fit/score-shortlist.ts";
import { ChosenRows } from "./chosen-rows.ts";

/** Finds the vector of a user who has no row among the user factors, or whose interactions have changed. */
export interface ProfileFolder {
  /** @returns The vector, padded to the stride of the item factors; overwritten by the next call. */
  solve(profile: Profile): F32Buffer;
  /** Optional, if finding several together is faster. @param out Receives a vector for each profile. */
  solveBlock?(profiles: readonly Profile[], out: F32Buffer): void;
  /** Present if the vector is a sum over the interactions; see `Model.contributionsInto`. */
  contributionsInto?(profile: Profile, itemIndex: number, out: Float64Array): boolean;
  free(): void;
}

export interface FactorModelParts {
  readonly algorithm: AlgorithmName;
  readonly kernels: Kernels;
  /** The model holds both and releases them when it is disposed. */
  readonly items: ItemFactors;
  readonly users: Factors | null;
  /** Called once, when the first profile is scored. */
  readonly openFolder: () => ProfileFolder;
  /** Whether the folder reads the features of a profile. */
  readonly readsUserFeatures?: boolean;
  /** Gives factors to items that the model was not fitted on. */
  readonly itemMap?: ItemMap;
  /** Whether the map of items reads vectors, and not features. */
  readonly readsVectors?: boolean;
  readonly encode: (options?: EncodeOptions) => Section[] | Steps<Section[]>;
}

/** Fewer items are scored as fast by their whole factors. */
const COARSE_FROM = 4_096;

interface QuickScores {
  readonly shortlists: CoarseShortlist;
  readonly chosen: ChosenRows;
}

/** Scores by the product of a user's vector with each item's. Methods differ in how they fold a profile in. */
export class FactorModel implements Model {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly readsUserFeatures: boolean;
  readonly readsVectors: boolean;
  readonly scoreNewItemsInto?: NonNullable<Model["scoreNewItemsInto"]>;
  readonly similarWithNewItemsInto?: NonNullable<Model["similarWithNewItemsInto"]>;
  readonly #parts: FactorModelParts;
  readonly blocks: BlockScoring;
  readonly #scores: F32Buffer;
  /** The vectors of a block of users. */
  #vectors: F32Buffer | null = null;
  #folder: ProfileFolder | null = null;
  /** Lengths of the items' vectors, from the first search for similar items on. */
  #norms: Float64Array | null = null;
  #shortlists: ScoreShortlist | null = null;
  /** Null before the first shortlist, and for factors that are small already. */
  #coarse: CoarseFactors | null = null;
  #quick: QuickScores | null = null;
  #hasListed = false;
  #isDisposed = false;

  constructor(parts: FactorModelParts) {
    const { algorithm, kernels, items } = parts;
    this.algorithm = algorithm;
    this.itemCount = items.count;
    this.readsUserFeatures = parts.readsUserFeatures ?? false;
    this.readsVectors = parts.readsVectors ?? false;
    if (parts.itemMap) {
      const newItems = new NewItemFactors(parts.itemMap);
      this.scoreNewItemsInto = (profile, features, out) =>
        newItems.scoreInto(this.#fold(profile), features, out);
      this.similarWithNewItemsInto = (itemIndex, features, out) =>
        this.#similarWith(newItems, itemIndex, features, out);
    }
    this.#parts = parts;
    this.#scores = kernels.allocF32(items.count);
    this.blocks = {
      kernels,
      capacity: usersPerBlock(items.count, items.stride),
      scoreUsersInto: (users, out) => this.#scoreUsersInto(users, out),
    };
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    this.#folder ??= this.#parts.openFolder();
    this.#parts.items.scoreInto(this.#folder.solve(profile), 0, 1, this.#scores);
    out.set(this.#scores.view);
  }

  /** Bounds by factors of one byte, which the first calls prepare; scores the chosen items by the whole ones. */
  shortlist(profile: Profile): Shortlist {
    const { items } = this.#parts;
    this.#folder ??= this.#parts.openFolder();
    const quick = items instanceof Factors && items.count >= COARSE_FROM ? this.#quickOf(items) : null;
    if (quick) {
      const vector = this.#folder.solve(profile);
      return quick.shortlists.of(vector.view, (wanted) => quick.chosen.scoresOf(wanted, vector));
    }
    items.scoreInto(this.#folder.solve(profile), 0, 1, this.#scores);
    this.#shortlists ??= new ScoreShortlist(this.#parts.kernels);
    return this.#shortlists.of(this.#scores, this.itemCount);
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    const { items, users } = this.#parts;
    if (users === null || userIndex >= users.count) {
      this.scoreProfileInto(profile, out);
      return;
    }
    items.scoreInto(users.buffer, userIndex * users.stride, 1, this.#scores);
    out.set(this.#scores.view);
  }

  /** False for folders whose vector is not a sum over the interactions. */
  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    this.#folder ??= this.#parts.openFolder();
    return this.#folder.contributionsInto?.(profile, itemIndex, out) ?? false;
  }

  /** The cosine of the two items' vectors. */
  similarItemsInto(itemIndex: number, out: Float32Array): void {
    const { kernels, items } = this.#parts;
    const vector = kernels.allocF32(items.stride);
    items.copyRowInto(itemIndex, vector.view, 0);
    this.#cosinesInto(vector, this.#normsOfItems()[itemIndex] as number, out);
    vector.free();
    out[itemIndex] = 0;
  }

  #similarWith(
    newItems: NewItemFactors,
    itemIndex: number,
    features: FeatureMatrix,
    out: Float32Array,
  ): void {
    const { kernels, items } = this.#parts;
    const count = this.itemCount;
    const { factors, norms } = newItems.of(features);
    const vector = kernels.allocF32(items.stride);
    const row = itemIndex - count;
    const dim = factors.length / features.rowCount;
    if (row < 0) items.copyRowInto(itemIndex, vector.view, 0);
    else vector.view.set(factors.subarray(row * dim, (row + 1) * dim));
    const norm = (row < 0 ? this.#normsOfItems()[itemIndex] : norms[row]) as number;
    this.#cosinesInto(vector, norm, out.subarray(0, count));
    const added = out.subarray(count);
    newItems.scoreInto(vector.view, features, added);
    for (let at = 0; at < added.length; at++) {
      const product = norm * (norms[at] as number);
      added[at] = product > 0 ? (added[at] as number) / product : 0;
    }
    vector.free();
    out[itemIndex] = 0;
  }

  /** @param norm Of the vector. @param out One for each item. */
  #cosinesInto(vector: F32Buffer, norm: number, out: Float32Array): void {
    this.#parts.items.scoreInto(vector, 0, 1, this.#scores);
    const scores = this.#scores.view;
    const norms = this.#normsOfItems();
    for (let item = 0; item < this.itemCount; item++) {
      const product = norm * (norms[item] as number);
      out[item] = product > 0 ? (scores[item] as number) / product : 0;
    }
  }

  #normsOfItems(): Float64Array {
    const { items } = this.#parts;
    this.#norms ??= Float64Array.from({ length: this.itemCount }, (_, item) =>
      Math.sqrt(items.dotRows(item, item)),
    );
    return this.#norms;
  }

  encode(options?: EncodeOptions): Section[] {
    return finishSteps(this.encodeInSteps(options));
  }

  *encodeInSteps(options?: EncodeOptions): Steps<Section[]> {
    const encoded = this.#parts.encode(options);
    return Array.isArray(encoded) ? encoded : yield* encoded;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#parts.items.release();
    this.#parts.users?.release();
    this.#folder?.free();
    this.#vectors?.free();
    this.#shortlists?.free();
    this.#coarse?.release();
    this.#quick?.shortlists.free();
    this.#quick?.chosen.free();
    this.#scores.free();
  }

  /** Null until the coarse factors are prepared. */
  #quickOf(items: Factors): QuickScores | null {
    if (this.#quick) return this.#quick;
    // The first list of a new isolate comes sooner without.
    const isFirst = !this.#hasListed;
    this.#hasListed = true;
    if (isFirst) return null;
    const { kernels } = this.#parts;
    this.#coarse ??= new CoarseFactors(kernels, items);
    if (!this.#coarse.prepare()) return null;
    const shortlists = new CoarseShortlist(kernels, this.#coarse, this.#scores);
    this.#quick = { shortlists, chosen: new ChosenRows(kernels, items) };
    return this.#quick;
  }

  #scoreUsersInto(users: readonly KnownUser[], out: F32Buffer): void {
    const { kernels, items } = this.#parts;
    this.#vectors ??= kernels.allocF32(this.blocks.capacity * items.stride);
    if (this.#parts.users === null) this.#foldInto(users, this.#vectors);
    else this.#copyInto(users, this.#parts.users, this.#vectors);
    items.scoreInto(this.#vectors, 0, users.length, out);
  }

  /** Users from after the fit are folded in. */
  #copyInto(users: readonly KnownUser[], { buffer, count, stride }: Factors, out: F32Buffer): void {
    for (const [row, { index, profile }] of users.entries()) {
      const start = index * stride;
      // Taken before the view of `out`: the first folding allocates.
      const vector = index < count ? buffer.view.subarray(start, start + stride) : this.#fold(profile);
      out.view.set(vector, row * stride);
    }
  }

  #foldInto(users: readonly KnownUser[], out: F32Buffer): void {
    this.#folder ??= this.#parts.openFolder();
    if (this.#folder.solveBlock) {
      this.#folder.solveBlock(
        users.map(({ profile }) => profile),
        out,
      );
      return;
    }
    for (const [row, { profile }] of users.entries()) {
      const vector = this.#fold(profile);
      out.view.set(vector, row * this.#parts.items.stride);
    }
  }

  #fold(profile: Profile): Float32Array {
    this.#folder ??= this.#parts.openFolder();
    return this.#folder.solve(profile).view;
  }
}
