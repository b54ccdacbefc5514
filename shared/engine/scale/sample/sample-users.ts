/** A sample of a dataset's users that an isolate holds, with all that they have: the dataset that a file with their rows alone would give. */
import type { Breathe } from "../../data/breathe.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type IdMap, IdMapBuilder } from "../../data/id-map.ts";
import { createRandom, shuffleInPlace } from "../../random.ts";
import type { BlockedDataset } from "../blocks/blocked-matrix.ts";

/** Interactions of a sample: what trials of every usual algorithm hold beside their data. */
export const SAMPLE_INTERACTIONS = 1_500_000;
const FEWEST_USERS = 2;

export interface SampledData {
  readonly data: BlockedDataset;
  readonly users: IdMap;
  readonly items: IdMap;
}

/** About how many of the users have this many interactions together; all of them where there are no more. */
export function sampledUserCount(users: number, interactions: number, wanted: number): number {
  if (interactions <= wanted) return users;
  return Math.min(users, Math.max(FEWEST_USERS, Math.floor((users * wanted) / interactions)));
}

/**
 * Draws users by the seed, each as likely as any other, as long as they have no more interactions than wanted together: two users at least.
 * Keeps their order. Items that none of them has are left out. Holds the sample and one block of users. There are no sequences.
 */
export async function sampleUsers(
  { data, users, items }: SampledData,
  { wanted, seed, breathe }: { readonly wanted: number; readonly seed: number; readonly breathe: Breathe },
): Promise<Dataset> {
  const { userItems, disliked } = data;
  const drawn = new DrawnUsers(userItems.rowCount, { seed, wanted });
  for (const [block, { firstRow, rowCount }] of userItems.blocks.entries()) {
    await breathe();
    const own = drawn.among(firstRow, rowCount);
    if (own.length === 0) continue;
    const { matrix, times } = await userItems.readTimed(block);
    const dislikes = disliked ? await disliked.read(block) : null;
    for (const user of own) {
      const row = user - firstRow;
      const liked = copyOfRow(matrix, row);
      const timed = times?.slice(matrix.indptr[row], matrix.indptr[row + 1]);
      drawn.add(user, { liked, times: timed, refused: dislikes && copyOfRow(dislikes, row) });
    }
  }
  return datasetOf(drawn.finish(), { users, items, hasDislikes: disliked !== null });
}

interface Row {
  readonly indices: Uint32Array;
  readonly weights: Float32Array;
}

/** What a user has. */
interface UserRows {
  readonly liked: Row;
  readonly times: Float64Array | undefined;
  readonly refused: Row | null;
}

function copyOfRow(matrix: CsrMatrix, row: number): Row {
  const { indices, weights } = csrRow(matrix, row);
  return { indices: indices.slice(), weights: weights.slice() };
}

/** The users that were drawn first, as many of them as have room together. */
class DrawnUsers {
  readonly #order: Uint32Array;
  readonly #rankOf: Uint32Array;
  readonly #wanted: number;
  readonly #kept = new Map<number, UserRows>();
  #interactions = 0;
  /** Users of a higher rank have no room. */
  #count: number;

  constructor(users: number, { seed, wanted }: { readonly seed: number; readonly wanted: number }) {
    const order = new Uint32Array(users).map((_, user) => user);
    shuffleInPlace(order, createRandom(seed));
    this.#order = order;
    this.#rankOf = new Uint32Array(users);
    for (const [rank, user] of order.entries()) this.#rankOf[user] = rank;
    this.#wanted = wanted;
    this.#count = users;
  }

  /** Those of some rows that may have room, ascending. */
  among(firstRow: number, rowCount: number): number[] {
    const rows = Array.from({ length: rowCount }, (_, row) => firstRow + row);
    return rows.filter((user) => (this.#rankOf[user] as number) < this.#count);
  }

  add(user: number, rows: UserRows): void {
    if ((this.#rankOf[user] as number) >= this.#count) return;
    this.#kept.set(user, rows);
    this.#interactions += rows.liked.indices.length;
    while (this.#interactions > this.#wanted && this.#count > FEWEST_USERS) {
      const last = this.#order[--this.#count] as number;
      this.#interactions -= this.#kept.get(last)?.liked.indices.length ?? 0;
      this.#kept.delete(last);
    }
  }

  /** By ascending user. */
  finish(): ReadonlyMap<number, UserRows> {
    return new Map([...this.#kept].sort(([one], [other]) => one - other));
  }
}

function datasetOf(
  chosen: ReadonlyMap<number, UserRows>,
  { users, items, hasDislikes }: Omit<SampledData, "data"> & { readonly hasDislikes: boolean },
): Dataset {
  const ids = new IdMapBuilder();
  for (const user of chosen.keys()) ids.intern(users.idAt(user));
  const rows = [...chosen.values()];
  const liked = rows.map((row) => row.liked);
  const refused = rows.flatMap((row) => row.refused ?? []);
  const columns = new KnownColumns(items, [liked, refused]);
  const times = rows.flatMap((row) => row.times ?? []);
  return {
    ...{ users: ids.finish(), items: columns.ids, userItems: matrixOf(liked, columns) },
    times: times.length > 0 ? joinTimes(times) : null,
    ...(hasDislikes && { disliked: matrixOf(refused, columns) }),
  };
}

/** The rows one after another, by the columns that are known. */
function matrixOf(rows: readonly Row[], columns: KnownColumns): CsrMatrix {
  const indptr = new Uint32Array(rows.length + 1);
  for (const [at, { indices }] of rows.entries()) indptr[at + 1] = (indptr[at] as number) + indices.length;
  const indices = new Uint32Array(indptr.at(-1) as number);
  const values = new Float32Array(indices.length);
  for (const [at, row] of rows.entries()) {
    indices.set(
      row.indices.map((column) => columns.placeOf[column] as number),
      indptr[at],
    );
    values.set(row.weights, indptr[at]);
  }
  return { rowCount: rows.length, columnCount: columns.ids.size, indptr, indices, values };
}

/** The columns that some rows have, in their order, from 0. */
class KnownColumns {
  readonly ids: IdMap;
  /** Of each column of the whole. */
  readonly placeOf: Uint32Array;

  constructor(items: IdMap, sides: readonly (readonly Row[])[]) {
    const isKnown = new Uint8Array(items.size);
    for (const rows of sides)
      for (const { indices } of rows) for (const column of indices) isKnown[column] = 1;
    this.placeOf = new Uint32Array(items.size);
    const ids = new IdMapBuilder();
    for (let column = 0; column < items.size; column++) {
      if (isKnown[column]) this.placeOf[column] = ids.intern(items.idAt(column));
    }
    this.ids = ids.finish();
  }
}

function joinTimes(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
