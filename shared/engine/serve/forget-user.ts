/** Removes a user from a stored model: the id, the history, the features, and every row that an algorithm keeps of each user. */

import type { RowSections } from "../algorithms/fit/algorithm.ts";
import { algorithmOf } from "../algorithms/registry.ts";
import { type Artifact, sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import { blockWithout, historyShapeOf } from "../data/history-blocks.ts";
import type { StoredHistory } from "../data/history-record.ts";
import { type IdMap, IdMapBuilder } from "../data/id-map.ts";
import { idMapOfSections, idMapSections } from "../data/id-map-sections.ts";
import { matrixOfBlocks, matrixSections, optionalMatrix } from "../data/matrix-blocks.ts";
import { forgottenId } from "./forgotten-id.ts";
import { indexOfId } from "./index-of-id.ts";
import {
  algorithmNamed,
  DISLIKED,
  HISTORY,
  HISTORY_AGES,
  HISTORY_REFERENCE,
  ITEMS,
  POPULARITY,
  USERS,
} from "./model-artifact.ts";
import { changedUserFeatures, isOfUserFeatures } from "./model-features.ts";

/** What a model with histories in blocks becomes without a user. */
export interface ForgottenInBlock {
  /** All sections but the blocks. */
  readonly sections: Section[];
  /** The block that had the user. */
  readonly block: Section;
}

/**
 * As `forgetUser`, for a model with histories in blocks.
 *
 * @param sections All but the blocks.
 * @param history  What the model knows of the user; see `historyOfUser`.
 * @param block    The block that has it.
 */
export function forgetUserInBlock(
  { meta, sections }: Pick<Artifact, "meta" | "sections">,
  history: StoredHistory,
  block: Section & { readonly data: Uint8Array },
): ForgottenInBlock {
  const userCount = historyShapeOf(sections)?.userCount ?? 0;
  const others = sections.filter((section) => section.name !== POPULARITY && !isOfUserFeatures(section));
  return {
    sections: [
      { name: POPULARITY, data: popularityWithout(sections, history.indices) },
      ...changedUserFeatures(sections, userCount, (rows) => withoutRow(rows, history.userIndex)),
      ...withoutUserRows(
        others,
        algorithmOf(algorithmNamed(meta.algorithm)).storedUserRows(sections),
        history.userIndex,
      ),
    ],
    block: { name: block.name, data: blockWithout(block.data, history.userId) },
  };
}

function popularityWithout(sections: readonly Section[], items: Uint32Array): Float32Array {
  const popularity = sectionOf({ sections }, POPULARITY, Float32Array).slice();
  for (const item of items) popularity[item] = Math.max(0, (popularity[item] ?? 0) - 1);
  return popularity;
}

/**
 * The sections of a stored model without a user, or null when the model does not know the user. All other indices stay, and so do
 * item factors and similarities: these are sums over all users, in which no single user can be found.
 *
 * Throws `BAD_ARTIFACT` when the model's algorithm is unknown or a section is missing.
 */
export function forgetUser(
  { meta, sections }: Pick<Artifact, "meta" | "sections">,
  userId: string,
): Section[] | null {
  const users = idMapOfSections(sections, USERS);
  const userIndex = indexOfId(users, userId);
  if (userIndex < 0) return null;
  const items = idMapOfSections(sections, ITEMS);
  const { matrix: history } = matrixOfBlocks(sections, HISTORY, items.size);
  const popularity = popularityWithout(sections, csrRow(history, userIndex).indices);
  const isReplaced = (section: Section) =>
    section.name === POPULARITY ||
    section.name.startsWith(`${USERS}.`) ||
    /^(history|disliked)(\.|\/)/.test(section.name) ||
    isOfUserFeatures(section);
  const disliked = optionalMatrix(sections, DISLIKED, users.size, items.size);
  return [
    ...idMapSections(withoutId(users, userIndex), USERS),
    ...matrixSections(withoutRow(history, userIndex), null, HISTORY),
    ...agesWithout(sections, history, userIndex),
    ...(disliked ? matrixSections(withoutRow(disliked, userIndex), null, DISLIKED) : []),
    { name: POPULARITY, data: popularity },
    ...changedUserFeatures(sections, users.size, (rows) => withoutRow(rows, userIndex)),
    ...withoutUserRows(
      sections.filter((section) => !isReplaced(section)),
      algorithmOf(algorithmNamed(meta.algorithm)).storedUserRows(sections),
      userIndex,
    ),
  ];
}

/** The index stays in use. */
function withoutId(ids: IdMap, gone: number): IdMap {
  const builder = new IdMapBuilder();
  for (let index = 0; index < ids.size; index++)
    builder.intern(index === gone ? forgottenId(index) : ids.idAt(index));
  return builder.finish();
}

/** The ages of the history without a row, and what they count from, where they are stored. */
function agesWithout(sections: readonly Section[], { indptr }: CsrMatrix, row: number): Section[] {
  if (!sections.some(({ name }) => name === HISTORY_AGES)) return [];
  const ages = sectionOf({ sections }, HISTORY_AGES, Float32Array);
  const [from = 0, to = 0] = [indptr[row], indptr[row + 1]];
  const kept = new Float32Array(ages.length - (to - from));
  kept.set(ages.subarray(0, from));
  kept.set(ages.subarray(to), from);
  const reference = sectionOf({ sections }, HISTORY_REFERENCE, Float64Array);
  return [
    { name: HISTORY_AGES, data: kept },
    { name: HISTORY_REFERENCE, data: reference },
  ];
}

function withoutRow(matrix: CsrMatrix, row: number): CsrMatrix {
  const [from = 0, to = 0] = [matrix.indptr[row], matrix.indptr[row + 1]];
  const indptr = matrix.indptr.map((offset, index) => (index > row ? offset - (to - from) : offset));
  const indices = new Uint32Array(matrix.indices.length - (to - from));
  const values = new Float32Array(indices.length);
  indices.set(matrix.indices.subarray(0, from));
  indices.set(matrix.indices.subarray(to), from);
  values.set(matrix.values.subarray(0, from));
  values.set(matrix.values.subarray(to), from);
  return { ...matrix, indptr, indices, values };
}

function withoutUserRows(
  sections: readonly Section[],
  stored: readonly RowSections[],
  userIndex: number,
): Section[] {
  const replaced = new Map<string, Section["data"]>();
  for (const names of stored) {
    const rows = withoutRow(rowsOf(sections, names), userIndex);
    replaced.set(names.indptr, rows.indptr).set(names.indices, rows.indices);
    if (names.values !== undefined) replaced.set(names.values, rows.values);
  }
  return sections.map(({ name, data }) => ({ name, data: replaced.get(name) ?? data }));
}

function rowsOf(sections: readonly Section[], names: RowSections): CsrMatrix {
  const indptr = sectionOf({ sections }, names.indptr, Uint32Array);
  const indices = sectionOf({ sections }, names.indices, Uint32Array);
  const values =
    names.values === undefined
      ? new Float32Array(indices.length)
      : sectionOf({ sections }, names.values, Float32Array);
  return { rowCount: indptr.length - 1, columnCount: 0, indptr, indices, values };
}
