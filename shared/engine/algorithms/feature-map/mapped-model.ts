import type { Section } from "../../artifact/section.ts";
import type { Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { BlockScoring, EncodeOptions, KnownUser, Model, Profile, Shortlist } from "../fit/algorithm.ts";
import { ScoreShortlist } from "../fit/score-shortlist.ts";
import { type NewcomerMaps, newcomerSections } from "./newcomer-maps.ts";
import { RegressionScorer } from "./regression-scorer.ts";

/**
 * A model that also scores new items and people by their features. Whom and what it knows, it scores as before, to the last bit:
 *  - a person without interactions, but with features → the map of people, unless the model reads features itself
 *  - an item of the training without interactions     → the regression of the person's other scores on features
 *  - an item that the training did not have           → the same, by `scoreNewItemsInto`
 */
export class MappedModel implements Model {
  readonly algorithm: Model["algorithm"];
  readonly itemCount: number;
  readonly readsUserFeatures: boolean;
  readonly readsOrder: boolean;
  readonly readsVectors: boolean;
  readonly scoreNewItemsInto?: NonNullable<Model["scoreNewItemsInto"]>;
  readonly similarWithNewItemsInto?: NonNullable<Model["similarWithNewItemsInto"]>;
  readonly blocks?: BlockScoring;
  readonly shortlist?: NonNullable<Model["shortlist"]>;
  readonly contributionsInto?: NonNullable<Model["contributionsInto"]>;
  readonly #base: Model;
  readonly #maps: NewcomerMaps;
  readonly #kernels: Kernels;
  /** Of items without interactions. */
  readonly #regression: RegressionScorer | null;
  readonly #isUnknown: Uint8Array;
  #scores: Float32Array | null = null;
  #listed: { readonly scores: F32Buffer; readonly shortlists: ScoreShortlist } | null = null;

  constructor(base: Model, maps: NewcomerMaps, kernels: Kernels) {
    this.#base = base;
    this.#maps = maps;
    this.#kernels = kernels;
    this.algorithm = base.algorithm;
    this.itemCount = base.itemCount;
    this.readsOrder = base.readsOrder === true;
    this.readsUserFeatures = maps.people !== null || base.readsUserFeatures === true;
    this.readsVectors = maps.items === null && base.readsVectors === true;
    this.#isUnknown = new Uint8Array(base.itemCount);
    for (const item of maps.items?.unknown.items ?? []) this.#isUnknown[item] = 1;
    const regression = maps.items ? new RegressionScorer(kernels, maps.items) : null;
    this.#regression = regression;
    if (regression) {
      this.scoreNewItemsInto = (profile, features, out) => {
        const scores = this.#ownScores();
        this.scoreProfileInto(profile, scores);
        regression.scoreInto(scores, features, out);
      };
    } else if (base.scoreNewItemsInto) {
      this.scoreNewItemsInto = (profile, features, out) => base.scoreNewItemsInto?.(profile, features, out);
    }
    if (base.similarWithNewItemsInto) {
      this.similarWithNewItemsInto = (item, features, out) =>
        base.similarWithNewItemsInto?.(item, features, out);
    }
    if (base.blocks) this.blocks = this.#blocksOf(base.blocks);
    const { shortlist, contributionsInto } = this.#optionalOf(base);
    if (shortlist) this.shortlist = shortlist;
    if (contributionsInto) this.contributionsInto = contributionsInto;
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    if (!this.#scorePerson(profile, out)) {
      this.#base.scoreProfileInto(profile, out);
    }
    this.#regression?.fillUnknown(out);
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    if (!this.#scorePerson(profile, out)) {
      this.#base.scoreUserInto(userIndex, profile, out);
    }
    this.#regression?.fillUnknown(out);
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.#base.similarItemsInto(itemIndex, out);
  }

  encode(options?: EncodeOptions): Section[] {
    return [...this.#base.encode(options), ...newcomerSections(this.#maps)];
  }

  *encodeInSteps(options?: EncodeOptions): Steps<Section[]> {
    const base = this.#base;
    const own = base.encodeInSteps ? yield* base.encodeInSteps(options) : base.encode(options);
    return [...own, ...newcomerSections(this.#maps)];
  }

  dispose(): void {
    this.#listed?.shortlists.free();
    this.#listed?.scores.free();
    this.#listed = null;
    this.#regression?.free();
    this.#base.dispose();
  }

  /** @returns False, with `out` untouched, for people whom the base scores. */
  #scorePerson({ indices, features }: Profile, out: Float32Array): boolean {
    const { people } = this.#maps;
    if (!people || this.#base.readsUserFeatures || indices.length > 0 || !features?.indices.length)
      return false;
    people.scoreInto(features, out);
    return true;
  }

  #ownScores(): Float32Array {
    this.#scores ??= new Float32Array(this.itemCount);
    return this.#scores;
  }

  #blocksOf(blocks: BlockScoring): BlockScoring {
    const length = this.itemCount;
    return {
      kernels: blocks.kernels,
      capacity: blocks.capacity,
      scoreUsersInto: (users: readonly KnownUser[], out: F32Buffer) => {
        blocks.scoreUsersInto(users, out);
        for (const [row, { profile }] of users.entries()) {
          this.#scorePerson(profile, out.view.subarray(row * length, (row + 1) * length));
        }
        this.#regression?.fillUnknownOf(out, users.length, length);
      },
    };
  }

  /** Shortlists bound the scores of the base, so a model with items that have features alone has none. */
  #optionalOf(base: Model): Pick<Model, "shortlist" | "contributionsInto"> {
    const hasUnknown = (this.#maps.items?.unknown.items.length ?? 0) > 0;
    return {
      ...(base.shortlist && !hasUnknown && { shortlist: (profile) => this.#listOf(base, profile) }),
      ...(base.contributionsInto && {
        contributionsInto: (profile: Profile, item: number, out: Float64Array) => {
          if (profile.indices.length === 0 || this.#isUnknown[item] === 1) return false;
          return base.contributionsInto?.(profile, item, out) ?? false;
        },
      }),
    };
  }

  #listOf(base: Model, profile: Profile): Shortlist {
    const scores = this.#ownScores();
    const isMapped = this.#scorePerson(profile, scores);
    if (!isMapped) return base.shortlist?.(profile) as Shortlist;
    this.#listed ??= {
      scores: this.#kernels.allocF32(this.itemCount),
      shortlists: new ScoreShortlist(this.#kernels),
    };
    this.#listed.scores.view.set(scores);
    return this.#listed.shortlists.of(this.#listed.scores, this.itemCount);
  }
}
