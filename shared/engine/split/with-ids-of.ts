import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { Dataset } from "../data/dataset.ts";
import type { DatasetSequences } from "../data/dataset-sequences.ts";
import { type IdMap, IdMapBuilder } from "../data/id-map.ts";
import { LayeredIdMap } from "../data/layered-id-map.ts";

/** The sides whose new ids are added. */
export interface AddedSides {
  readonly items: boolean;
  readonly users: boolean;
}

/**
 * A dataset that also has the ids of another one, without interactions and after its own: items and users that a table describes,
 * though nothing was learned from them. The same dataset if the other has no new ids. It must not have features yet.
 */
export function withIdsOf(
  dataset: Dataset,
  other: Pick<Dataset, "items" | "users">,
  sides: AddedSides,
): Dataset {
  const items = sides.items ? joined(dataset.items, other.items) : dataset.items;
  const users = sides.users ? joined(dataset.users, other.users) : dataset.users;
  if (items === dataset.items && users === dataset.users) return dataset;
  const grown = (matrix: CsrMatrix) => withShape(matrix, users.size, items.size);
  return {
    ...{ ...dataset, items, users, userItems: grown(dataset.userItems) },
    ...(dataset.disliked && { disliked: grown(dataset.disliked) }),
    ...(dataset.sequences && { sequences: withUsers(dataset.sequences, users.size) }),
  };
}

function withUsers(sequences: DatasetSequences, userCount: number): DatasetSequences {
  const offsets = new Uint32Array(userCount + 1).fill(sequences.items.length);
  offsets.set(sequences.offsets);
  return { ...sequences, offsets };
}

function joined(ids: IdMap, others: IdMap): IdMap {
  const added = new IdMapBuilder();
  for (let index = 0; index < others.size; index++) {
    const id = others.idAt(index);
    if (ids.indexOf(id) < 0) added.intern(id);
  }
  const finished = added.finish();
  return finished.size === 0 ? ids : new LayeredIdMap(ids, finished);
}

function withShape(matrix: CsrMatrix, rowCount: number, columnCount: number): CsrMatrix {
  const indptr = new Uint32Array(rowCount + 1).fill(matrix.indices.length);
  indptr.set(matrix.indptr);
  return { ...matrix, rowCount, columnCount, indptr };
}
