import { EngineError } from "../engine-error.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import type { Dataset } from "./dataset.ts";
import { type DatasetSequences, keepPlaces } from "./dataset-sequences.ts";
import { type IdMap, IdMapBuilder } from "./id-map.ts";

export interface MinimumInteractions {
  /** Users with fewer distinct items are left out. */
  readonly perUser?: number;
  /** Items with fewer distinct users are left out. */
  readonly perItem?: number;
}

/**
 * Leaves out users and items with too few interactions, repeatedly, until all remaining ones have enough (the k-core when both
 * bounds are k). New indices follow the old order. The same dataset when nothing is left out.
 *
 * Throws `EMPTY_DATA` when nothing is left, `BAD_PARAMETER` for a bound that is not a whole number ≥ 1.
 */
export function withMinimumInteractions(
  dataset: Dataset,
  { perUser = 1, perItem = 1 }: MinimumInteractions,
): Dataset {
  for (const bound of [perUser, perItem]) {
    if (!(Number.isSafeInteger(bound) && bound >= 1)) {
      throw new EngineError("BAD_PARAMETER", `Minimum interactions are a whole number ≥ 1, not ${bound}.`);
    }
  }
  const { userItems, disliked } = dataset;
  const kept = {
    users: new Uint8Array(userItems.rowCount).fill(1),
    items: new Uint8Array(userItems.columnCount).fill(1),
  };
  while (dropSparse(disliked ? [userItems, disliked] : [userItems], kept, perUser, perItem));
  if (!kept.users.includes(1)) {
    throw new EngineError(
      "EMPTY_DATA",
      `Nothing is left: no users with at least ${perUser} of the items that have at least ${perItem} users.`,
    );
  }
  return kept.users.includes(0) || kept.items.includes(0) ? compact(dataset, kept) : dataset;
}

interface Kept {
  /** 1 for users and items that stay. */
  readonly users: Uint8Array;
  readonly items: Uint8Array;
}

/** One round; whether anything was dropped. A dislike is an interaction, too. */
function dropSparse(matrices: readonly CsrMatrix[], kept: Kept, perUser: number, perItem: number): boolean {
  const userCounts = new Uint32Array(kept.users.length);
  const itemCounts = new Uint32Array(kept.items.length);
  for (const { rowCount, indptr, indices } of matrices) {
    for (let user = 0; user < rowCount; user++) {
      if (kept.users[user] === 0) continue;
      for (let entry = indptr[user] as number; entry < (indptr[user + 1] as number); entry++) {
        const item = indices[entry] as number;
        if (kept.items[item] === 0) continue;
        userCounts[user] = (userCounts[user] as number) + 1;
        itemCounts[item] = (itemCounts[item] as number) + 1;
      }
    }
  }
  const droppedUsers = dropBelow(kept.users, userCounts, perUser);
  const droppedItems = dropBelow(kept.items, itemCounts, perItem);
  return droppedUsers || droppedItems;
}

function dropBelow(flags: Uint8Array, counts: Uint32Array, bound: number): boolean {
  let hasDropped = false;
  for (let at = 0; at < flags.length; at++) {
    if (flags[at] === 0 || (counts[at] as number) >= bound) continue;
    flags[at] = 0;
    hasDropped = true;
  }
  return hasDropped;
}

function compact({ users, items, userItems, times, disliked, sequences }: Dataset, kept: Kept): Dataset {
  const newUsers = renumber(users, kept.users);
  const newItems = renumber(items, kept.items);
  const entries = compactMatrix(userItems, times, newUsers, newItems);
  const dislikes = disliked && compactMatrix(disliked, null, newUsers, newItems).matrix;
  return {
    users: newUsers.map,
    items: newItems.map,
    userItems: entries.matrix,
    times: entries.times,
    ...(dislikes && dislikes.indices.length > 0 && { disliked: dislikes }),
    ...(sequences && { sequences: compactSequences(sequences, newUsers, newItems) }),
  };
}

function compactSequences(
  sequences: DatasetSequences,
  users: Renumbered,
  items: Renumbered,
): DatasetSequences {
  const kept = keepPlaces(
    sequences,
    (place, user) => users.flags[user] === 1 && items.flags[sequences.items[place] as number] === 1,
  );
  const offsets = new Uint32Array(users.map.size + 1);
  for (const [user, flag] of users.flags.entries()) {
    if (flag === 1) offsets[(users.indexOf[user] as number) + 1] = kept.offsets[user + 1] as number;
  }
  return { ...kept, offsets, items: kept.items.map((item) => items.indexOf[item] as number) };
}

function compactMatrix(
  matrix: CsrMatrix,
  times: Float64Array | null,
  users: Renumbered,
  items: Renumbered,
): { readonly matrix: CsrMatrix; readonly times: Float64Array | null } {
  const entryCount = matrix.indices.length;
  const indptr = new Uint32Array(users.map.size + 1);
  const indices = new Uint32Array(entryCount);
  const values = new Float32Array(entryCount);
  const newTimes = times ? new Float64Array(entryCount) : null;
  let written = 0;
  for (let user = 0; user < matrix.rowCount; user++) {
    if (users.flags[user] === 0) continue;
    const end = matrix.indptr[user + 1] as number;
    for (let entry = matrix.indptr[user] as number; entry < end; entry++) {
      const item = matrix.indices[entry] as number;
      if (items.flags[item] === 0) continue;
      indices[written] = items.indexOf[item] as number;
      values[written] = matrix.values[entry] as number;
      if (newTimes && times) newTimes[written] = times[entry] as number;
      written++;
    }
    indptr[(users.indexOf[user] as number) + 1] = written;
  }
  return {
    matrix: {
      rowCount: users.map.size,
      columnCount: items.map.size,
      indptr,
      indices: indices.slice(0, written),
      values: values.slice(0, written),
    },
    times: newTimes?.slice(0, written) ?? null,
  };
}

interface Renumbered {
  readonly map: IdMap;
  /** New index by old index, of the remaining ones. */
  readonly indexOf: Uint32Array;
  /** 1 for the remaining ones. */
  readonly flags: Uint8Array;
}

function renumber(map: IdMap, flags: Uint8Array): Renumbered {
  const builder = new IdMapBuilder();
  const indexOf = new Uint32Array(flags.length);
  for (let index = 0; index < flags.length; index++) {
    if (flags[index] === 1) indexOf[index] = builder.intern(map.idAt(index));
  }
  return { map: builder.finish(), indexOf, flags };
}
