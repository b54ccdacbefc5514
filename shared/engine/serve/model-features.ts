/**
 * What a stored model keeps of the tables that its data came with: both feature spaces, so that new items and users are encoded as in
 * training, and the features of the users that it knows. Items that it knows have theirs in the model.
 */
import type { Section } from "../artifact/section.ts";
import { checkSparseRows } from "../data/check-csr.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { matrixOfBlocks, matrixSections } from "../data/matrix-blocks.ts";
import { EngineError } from "../engine-error.ts";
import type { FeatureSpace } from "../features/feature-space.ts";
import type { FeatureTables } from "../features/feature-tables.ts";
import { spaceOfSections, spaceSections } from "../features/space-sections.ts";

/** Prefixes of sections. All are absent without tables, and in models from before tables were kept. */
export const ITEM_SPACE = "item-space";
export const USER_SPACE = "user-space";
export const USER_FEATURES = "user-features";

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
    ...(items ? spaceSections(items.space, ITEM_SPACE) : []),
    ...(users ? spaceSections(users.space, USER_SPACE) : []),
    ...(users ? matrixSections(users.matrix, null, USER_FEATURES) : []),
  ];
}

/** @param userCount Users of the training. Throws `BAD_ARTIFACT` when the sections do not fit together. */
export function modelFeaturesOf(sections: readonly Section[], userCount: number): ModelFeatures {
  const itemSpace = hasSpace(sections, ITEM_SPACE) ? spaceOfSections(sections, ITEM_SPACE) : null;
  const userSpace = hasSpace(sections, USER_SPACE) ? spaceOfSections(sections, USER_SPACE) : null;
  const userFeatures = userFeaturesOf(sections);
  if (userFeatures === null && userSpace === null) return { itemSpace, userSpace, userFeatures };
  if (userFeatures?.columnCount !== userSpace?.size || userFeatures?.rowCount !== userCount)
    throw new EngineError(
      "BAD_ARTIFACT",
      `The model has features of ${userFeatures?.rowCount ?? 0} users, expected ${userCount}.`,
    );
  return { itemSpace, userSpace, userFeatures };
}

/** Features of the users by their index, or null. Throws `BAD_ARTIFACT` when they are damaged. */
export function userFeaturesOf(sections: readonly Section[]): CsrMatrix | null {
  if (!sections.some(({ name }) => name.startsWith(`${USER_FEATURES}.`))) return null;
  const { size } = spaceOfSections(sections, USER_SPACE);
  const { matrix } = matrixOfBlocks(sections, USER_FEATURES, size);
  checkSparseRows(matrix, USER_FEATURES, Number.isFinite);
  return matrix;
}

function hasSpace(sections: readonly Section[], prefix: string): boolean {
  return sections.some(({ name }) => name.startsWith(`${prefix}.`));
}
