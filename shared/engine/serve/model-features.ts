/**
 * What a stored model keeps of the tables that its data came with: both feature spaces, so that new items and users are encoded as in
 * training, and the features of the users that it knows. Items that it knows have theirs in the model.
 */
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { matrixSections } from "../data/matrix-blocks.ts";
import type { FeatureSpace } from "../features/feature-space.ts";
import type { FeatureTables } from "../features/feature-tables.ts";
import { spaceOfSections, spaceSections } from "../features/space-sections.ts";
import {
  hasSections,
  ITEM_TABLE,
  isUnder,
  tableOf,
  tableSections,
  USER_TABLE,
} from "../features/table-sections.ts";

/** All sections are absent without tables, and in models from before tables were kept. */
export interface ModelFeatures {
  /** Null without a table of items. */
  readonly itemSpace: FeatureSpace | null;
  /** Null without a table of users. */
  readonly userSpace: FeatureSpace | null;
  /** Users of the training × features of `userSpace`, also where histories are read one by one. Null without a table of users. */
  readonly userFeatures: CsrMatrix | null;
}

export const NO_MODEL_FEATURES: ModelFeatures = { itemSpace: null, userSpace: null, userFeatures: null };

/** Shares the arrays of the tables. */
export function modelFeatureSections({ items, users }: FeatureTables): Section[] {
  return [
    ...(items ? spaceSections(items.space, ITEM_TABLE.space) : []),
    ...(users ? tableSections(users, USER_TABLE) : []),
  ];
}

/** @param userCount Users of the training. Throws `BAD_ARTIFACT` when the sections do not fit together. */
export function modelFeaturesOf(sections: readonly Section[], userCount: number): ModelFeatures {
  const users = tableOf(sections, USER_TABLE, userCount);
  return {
    itemSpace: hasSections(sections, ITEM_TABLE.space) ? spaceOfSections(sections, ITEM_TABLE.space) : null,
    userSpace: users?.space ?? null,
    userFeatures: users?.matrix ?? null,
  };
}

export function isOfUserFeatures({ name }: Section): boolean {
  return isUnder(name, USER_TABLE.features);
}

/** The features of the users as `change` leaves them; none for a model without. Throws `BAD_ARTIFACT`. */
export function changedUserFeatures(
  sections: readonly Section[],
  userCount: number,
  change: (features: CsrMatrix) => CsrMatrix,
): Section[] {
  const { userFeatures } = modelFeaturesOf(sections, userCount);
  return userFeatures ? matrixSections(change(userFeatures), null, USER_TABLE.features) : [];
}
