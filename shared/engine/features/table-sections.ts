/** A table as sections of an artifact: its space, and the features of the ids. */
import type { Section } from "../artifact/section.ts";
import { checkSparseRows } from "../data/check-csr.ts";
import { matrixOfBlocks, matrixSections } from "../data/matrix-blocks.ts";
import { EngineError } from "../engine-error.ts";
import { widthsOf } from "./feature-space.ts";
import { type FeatureTable, type FeatureTables, withLayout } from "./feature-tables.ts";
import { spaceOfSections, spaceSections } from "./space-sections.ts";
import { vectorSections, vectorsOfSections } from "./vector-sections.ts";

/** Prefixes of the sections of each side. */
export const ITEM_TABLE = {
  space: "item-space",
  features: "item-features",
  vectors: "item-vectors",
} as const;
export const USER_TABLE = {
  space: "user-space",
  features: "user-features",
  vectors: "user-vectors",
} as const;

type TableNames = typeof ITEM_TABLE | typeof USER_TABLE;

/** Shares the arrays of the table. */
export function tableSections({ space, matrix }: FeatureTable, names: TableNames): Section[] {
  return [
    ...spaceSections(space, names.space),
    ...matrixSections(matrix, null, names.features),
    ...(matrix.vectors ? vectorSections(matrix.vectors, names.vectors) : []),
  ];
}

/**
 * The table of `tableSections`; null where there is none. Throws `BAD_ARTIFACT` when the sections do not fit together.
 *
 * @param rowCount Items or users of the dataset.
 */
export function tableOf(
  sections: readonly Section[],
  names: TableNames,
  rowCount: number,
): FeatureTable | null {
  if (!hasSections(sections, names.space) && !hasSections(sections, names.features)) return null;
  const space = spaceOfSections(sections, names.space);
  const { matrix } = matrixOfBlocks(sections, names.features, space.size);
  checkSparseRows(matrix, names.features, Number.isFinite);
  if (matrix.rowCount !== rowCount) {
    const text = `"${names.features}" has ${matrix.rowCount} rows, expected ${rowCount}.`;
    throw new EngineError("BAD_ARTIFACT", text);
  }
  const widths = widthsOf(space);
  const vectors = widths.length > 0 && vectorsOfSections(sections, names.vectors, { rowCount, widths });
  return withLayout(space, { ...matrix, ...(vectors && { vectors }) });
}

/** Both tables of a job. */
export function tablesSections({ items, users }: FeatureTables): Section[] {
  return [
    ...(items ? tableSections(items, ITEM_TABLE) : []),
    ...(users ? tableSections(users, USER_TABLE) : []),
  ];
}

/** The tables of `tablesSections`. Throws `BAD_ARTIFACT`. */
export function tablesOf(
  sections: readonly Section[],
  counts: { readonly items: number; readonly users: number },
): FeatureTables {
  return {
    items: tableOf(sections, ITEM_TABLE, counts.items),
    users: tableOf(sections, USER_TABLE, counts.users),
  };
}

/** Whether a section is one of those under a prefix. */
export function isUnder(name: string, prefix: string): boolean {
  return name.startsWith(`${prefix}.`) || name.startsWith(`${prefix}/`);
}

export function hasSections(sections: readonly Section[], prefix: string): boolean {
  return sections.some(({ name }) => isUnder(name, prefix));
}
