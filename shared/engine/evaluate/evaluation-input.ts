/** What an evaluation checks of its input, and whom it measures. */
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import type { Queries } from "../data/queries.ts";
import { EngineError } from "../engine-error.ts";
import type { ItemPopularity } from "./item-popularity.ts";
import type { MetricKey, RankingMetric } from "./metrics.ts";
import type { SegmentOptions } from "./segments.ts";
import type { ScoringModel } from "./user-ranker.ts";

export interface EvaluationInput {
  readonly model: ScoringModel;
  /** What the model was fitted on: the users' profiles, and the items that are not recommended to them. */
  readonly seen: CsrMatrix;
  /** The relevant items; same shape. */
  readonly heldout: CsrMatrix;
  /**
   * Items that are not recommended to users although no model learned from them; may have fewer rows. No held-out item is among
   * them.
   */
  readonly disliked?: CsrMatrix | undefined;
  /** Measure these requests: `heldout` then has a row for each of them, and `seen` says how popular items are, and nothing of them. */
  readonly queries?: Queries | undefined;
  /** Users × features, for models that read them. May have fewer rows. */
  readonly userFeatures?: CsrMatrix | undefined;
  /**
   * Rank these items alone: in `cold items`, those without training data are ranked among themselves. The depth of lists is at most
   * their number. All items by default.
   */
  readonly candidates?: Uint32Array | undefined;
  /** Number of held-out items of each user that the model does not know, in addition to `heldout`: relevant, and never hit. */
  readonly unknownHeldout?: Uint32Array;
  /** Depths to measure at. One beyond the catalogue is measured at the catalogue's length. */
  readonly cutoffs: readonly number[];
  /**
   * The default `filled` measures the lists of serving. There, popularity ranks the items without an opinion (a score of exactly
   * 0), and all items for users without known interactions. `as-scored`: 0 counts as any other score, as in irspack.
   */
  readonly noOpinion?: "filled" | "as-scored";
  /** What is known of all seen interactions, where `seen` has only some of the users. */
  readonly popularity?: ItemPopularity | undefined;
  /** Keep what `JoinedEvaluations` takes. */
  readonly keepsParts?: boolean;
  /** Measure these users only. */
  readonly users?: Iterable<number>;
  /** Keep each user's value of these metrics, e.g. for `bootstrapInterval`; their cutoffs must be among `cutoffs`. */
  readonly perUser?: readonly MetricKey<RankingMetric>[];
  /** Also measure popular and other items, new and known users separately. */
  readonly segments?: SegmentOptions;
}

/** Throws `BAD_DATA` when shapes differ. */
export function checkShapes({ model, seen, heldout, queries }: EvaluationInput): void {
  const shapes = [queries?.profiles ?? seen, heldout].map(
    ({ rowCount, columnCount }) => `${rowCount} × ${columnCount}`,
  );
  if (shapes[0] !== shapes[1]) {
    throw new EngineError("BAD_DATA", `Seen items are ${shapes[0]} but held-out items are ${shapes[1]}.`);
  }
  if (model.itemCount !== seen.columnCount) {
    throw new EngineError(
      "BAD_DATA",
      `The model has ${model.itemCount} items, the data ${seen.columnCount}.`,
    );
  }
}

/** Users with a held-out item, ascending. Throws `EMPTY_DATA` without any. */
export function usersToMeasure({ heldout, unknownHeldout, users }: EvaluationInput): Uint32Array {
  const wanted = users
    ? [...new Set(users)].sort((a, b) => a - b)
    : Array.from({ length: heldout.rowCount }).keys();
  const measurable = [...wanted].filter(
    (user) => csrRow(heldout, user).indices.length + (unknownHeldout?.[user] ?? 0) > 0,
  );
  if (measurable.length === 0) throw new EngineError("EMPTY_DATA", "No user has a held-out item to measure.");
  return Uint32Array.from(measurable);
}

export function joined(excluded: Uint32Array | undefined, disliked: Uint32Array): Uint32Array {
  if (!excluded) return disliked;
  const both = new Uint32Array(excluded.length + disliked.length);
  both.set(excluded);
  both.set(disliked, excluded.length);
  return both;
}

/** The items that are no candidates. */
export function allOthers(candidates: Uint32Array, itemCount: number): Uint32Array {
  const known = new Set(candidates);
  return Uint32Array.from({ length: itemCount }, (_, item) => item).filter((item) => !known.has(item));
}
