/** Takes a person out of a stored model: the id, the history, and whatever row an algorithm keeps of each user. */

import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { type IdMap, IdMapBuilder } from "../data/id-map.ts";
import { idMapOfSections, idMapSections } from "../data/id-map-sections.ts";
import { matrixOfBlocks, matrixSections } from "../data/matrix-blocks.ts";
import { HISTORY, ITEMS, POPULARITY, USERS } from "./model-artifact.ts";

/** Where user-based neighbours keep the training data, row by user; a blend has it under the prefix of its part. */
const USER_ROWS = "user-knn.";

/**
 * The sections of the model without a person, or null when the model does not know the person. All other indices stay, and so do
 * item factors and similarities: these are sums over everybody, in which nobody is to be found.
 */
export function forgetUser(sections: readonly Section[], userId: string): Section[] | null {
  const users = idMapOfSections(sections, USERS);
  const userIndex = users.indexOf(userId);
  if (userIndex < 0) return null;
  const items = idMapOfSections(sections, ITEMS);
  const { matrix: history } = matrixOfBlocks(sections, HISTORY, items.size);
  const popularity = sectionOf({ sections }, POPULARITY, Float32Array).slice();
  for (const item of history.indices.subarray(history.indptr[userIndex], history.indptr[userIndex + 1])) {
    popularity[item] = Math.max(0, (popularity[item] ?? 0) - 1);
  }
  const isReplaced = ({ name }: Section) =>
    name === POPULARITY || name.startsWith(`${USERS}.`) || /^history(\.|\/)/.test(name);
  return [
    ...idMapSections(withoutId(users, userIndex), USERS),
    ...matrixSections(withoutRow(history, userIndex), null, HISTORY),
    { name: POPULARITY, data: popularity },
    ...withoutUserRows(
      sections.filter((section) => !isReplaced(section)),
      userIndex,
    ),
  ];
}

/** The index stays taken, by an id that no file can hold. */
function withoutId(ids: IdMap, gone: number): IdMap {
  const builder = new IdMapBuilder();
  for (let index = 0; index < ids.size; index++)
    builder.intern(index === gone ? `\0${index}` : ids.idAt(index));
  return builder.finish();
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

function withoutUserRows(sections: readonly Section[], userIndex: number): Section[] {
  const prefixes = sections.flatMap(({ name }) =>
    name.endsWith(`${USER_ROWS}indptr`) ? [name.slice(0, -"indptr".length)] : [],
  );
  let kept = [...sections];
  for (const prefix of prefixes) {
    const indptr = sectionOf({ sections }, `${prefix}indptr`, Uint32Array);
    const indices = sectionOf({ sections }, `${prefix}indices`, Uint32Array);
    const values = sectionOf({ sections }, `${prefix}values`, Float32Array);
    const rows: CsrMatrix = { rowCount: indptr.length - 1, columnCount: 0, indptr, indices, values };
    const { indptr: starts, indices: columns, values: weights } = withoutRow(rows, userIndex);
    const replaced = new Map<string, Section["data"]>([
      [`${prefix}indptr`, starts],
      [`${prefix}indices`, columns],
      [`${prefix}values`, weights],
    ]);
    kept = kept.map((section) => ({ ...section, data: replaced.get(section.name) ?? section.data }));
  }
  return kept;
}
