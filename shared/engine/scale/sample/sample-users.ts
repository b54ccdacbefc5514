/** A sample of a dataset's users that an isolate holds, with all that they have: the dataset that a file with their rows alone would give. */
import type { Breathe } from "../../data/breathe.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
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

/** How many of the users have about this many interactions together; all of them where there are no more. */
export function sampledUserCount(users: number, interactions: number, wanted: number): number {
  if (interactions <= wanted) return users;
  return Math.min(users, Math.max(FEWEST_USERS, Math.floor((users * wanted) / interactions)));
}

/**
 * Draws users by the seed, each as likely as any other, and keeps their order. Items that none of them has are left out. Holds the sample
 * and one block of users. There are no sequences.
 */
export async function sampleUsers(
  { data, users, items }: SampledData,
  { wanted, seed, breathe }: { readonly wanted: number; readonly seed: number; readonly breathe: Breathe },
): Promise<Dataset> {
  const { userItems, disliked } = data;
  const chosen = chosenUsers(userItems, wanted, seed);
  const [liked, refused] = [new Rows(), new Rows()];
  const times: Float64Array[] = [];
  const ids = new IdMapBuilder();
  for (const [block, { firstRow, rowCount }] of userItems.blocks.entries()) {
    await breathe();
    const own = chosen.filter((user) => user >= firstRow && user < firstRow + rowCount);
    if (own.length === 0) continue;
    const { matrix, times: timed } = await userItems.readTimed(block);
    const dislikes = disliked ? await disliked.read(block) : null;
    for (const user of own) {
      const row = user - firstRow;
      const [from, to] = liked.add(matrix, row);
      if (timed) times.push(timed.slice(from, to));
      if (dislikes) refused.add(dislikes, row);
      ids.intern(users.idAt(user));
    }
  }
  const columns = new KnownColumns(items, [liked, refused]);
  const found = { users: ids.finish(), items: columns.ids, userItems: liked.finish(columns) };
  const joined = times.length > 0 ? joinTimes(times) : null;
  return { ...found, times: joined, ...(disliked && { disliked: refused.finish(columns) }) };
}

/** Ascending. */
function chosenUsers(
  { rowCount, interactionCount }: BlockedDataset["userItems"],
  wanted: number,
  seed: number,
): Uint32Array {
  const all = Array.from({ length: rowCount }, (_, user) => user);
  shuffleInPlace(all, createRandom(seed));
  return Uint32Array.from(all.slice(0, sampledUserCount(rowCount, interactionCount, wanted))).sort();
}

/** Rows of a matrix, copied one after another. */
class Rows {
  readonly indices: Uint32Array[] = [];
  readonly #values: Float32Array[] = [];

  /** @returns Where its entries are in the matrix. */
  add({ indptr, indices, values }: CsrMatrix, row: number): readonly [from: number, to: number] {
    const [from, to] = [indptr[row] as number, indptr[row + 1] as number];
    this.indices.push(indices.slice(from, to));
    this.#values.push(values.slice(from, to));
    return [from, to];
  }

  finish(columns: KnownColumns): CsrMatrix {
    const indptr = new Uint32Array(this.indices.length + 1);
    for (const [at, row] of this.indices.entries()) indptr[at + 1] = (indptr[at] as number) + row.length;
    const indices = new Uint32Array(indptr.at(-1) as number);
    const values = new Float32Array(indices.length);
    for (const [at, row] of this.indices.entries()) {
      indices.set(
        row.map((column) => columns.placeOf[column] as number),
        indptr[at],
      );
      values.set(this.#values[at] as Float32Array, indptr[at]);
    }
    return { rowCount: this.indices.length, columnCount: columns.ids.size, indptr, indices, values };
  }
}

/** The columns that some rows have, in their order, from 0. */
class KnownColumns {
  readonly ids: IdMap;
  /** Of each column of the whole. */
  readonly placeOf: Uint32Array;

  constructor(items: IdMap, parts: readonly Rows[]) {
    const isKnown = new Uint8Array(items.size);
    for (const { indices } of parts) for (const row of indices) for (const column of row) isKnown[column] = 1;
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
