/** Rows of a range in the order of the file, and their partitions: all rows of a user are in one. */
import { hashOfId, IdMapBuilder, partsOf } from "../../data/id-map.ts";
import { CHUNK_ROWS, InteractionLog } from "../../data/interaction-log.ts";
import { packArrays } from "./packed-arrays.ts";

/** The partition of a user. */
export function partitionOf(userId: string, partitionCount: number): number {
  return hashOfId(userId) % partitionCount;
}

/** Collects rows, and gives them out by partition. */
export class RowFragment {
  readonly #partitionCount: number;
  readonly #hasTimes: boolean;
  readonly #users = new IdMapBuilder();
  readonly #items = new IdMapBuilder();
  readonly #log: InteractionLog;

  constructor(partitionCount: number, hasTimes: boolean) {
    this.#partitionCount = partitionCount;
    this.#hasTimes = hasTimes;
    this.#log = new InteractionLog(hasTimes);
  }

  get rowCount(): number {
    return this.#log.length;
  }

  add(user: string, item: string, weight: number, timeMs: number): void {
    this.#log.push(this.#users.intern(user), this.#items.intern(item), weight, timeMs);
  }

  /** The packed segment of each partition, in their order; null for one without rows. */
  *segments(): Generator<Uint8Array | null> {
    const partitions = this.#partitions();
    const rows = rowsByPartition(this.#log, partitions, this.#partitionCount);
    const [userIds, itemIds] = [this.#users, this.#items].map(
      (ids) => new LocalIds(partsOf(ids.finish())),
    ) as [LocalIds, LocalIds];
    for (let partition = 0; partition < this.#partitionCount; partition++) {
      const own = rows.order.subarray(rows.starts[partition], rows.starts[partition + 1]);
      yield own.length === 0 ? null : this.#packed(own, userIds, itemIds);
    }
  }

  /** The partition of each user. */
  #partitions(): Uint32Array {
    return Uint32Array.from({ length: this.#users.size }, (_, user) =>
      partitionOf(this.#users.idAt(user), this.#partitionCount),
    );
  }

  #packed(rows: Uint32Array, userIds: LocalIds, itemIds: LocalIds): Uint8Array {
    const { length } = rows;
    const [users, items] = [new Uint32Array(length), new Uint32Array(length)];
    const weights = new Float32Array(length);
    const times = this.#hasTimes ? new Float64Array(length) : null;
    let loaded = -1;
    let chunk = this.#log.chunk(0);
    for (let at = 0; at < length; at++) {
      const row = rows[at] as number;
      const index = Math.floor(row / CHUNK_ROWS);
      if (index !== loaded) chunk = this.#log.chunk(index);
      loaded = index;
      const place = row - index * CHUNK_ROWS;
      users[at] = userIds.localOf(chunk.users[place] as number);
      items[at] = itemIds.localOf(chunk.items[place] as number);
      weights[at] = chunk.weights[place] as number;
      if (times && chunk.times) times[at] = chunk.times[place] as number;
    }
    const [user, item] = [userIds.take(), itemIds.take()];
    return packArrays({
      ...{ users, items, weights, ...(times && { times }) },
      ...{ "user-bytes": user.bytes, "user-offsets": user.offsets },
      ...{ "item-bytes": item.bytes, "item-offsets": item.offsets },
    }).bytes;
  }
}

/** Numbers of the rows, those of each partition together, in their order. */
function rowsByPartition(log: InteractionLog, partitions: Uint32Array, partitionCount: number) {
  const starts = new Uint32Array(partitionCount + 1);
  const ofEach = (visit: (row: number, partition: number) => void) => {
    let row = 0;
    for (let index = 0; index < log.chunkCount; index++) {
      for (const user of log.chunk(index).users) visit(row++, partitions[user] as number);
    }
  };
  ofEach((_, partition) => {
    starts[partition + 1] = (starts[partition + 1] as number) + 1;
  });
  for (let partition = 0; partition < partitionCount; partition++) {
    starts[partition + 1] = (starts[partition + 1] as number) + (starts[partition] as number);
  }
  const next = starts.slice(0, partitionCount);
  const order = new Uint32Array(log.length);
  ofEach((row, partition) => {
    const place = next[partition] as number;
    next[partition] = place + 1;
    order[place] = row;
  });
  return { starts, order };
}

/** Numbers the ids that a segment names from 0, in their order of appearance. */
class LocalIds {
  readonly #bytes: Uint8Array;
  readonly #offsets: Uint32Array;
  /** The local number + 1 of each id; 0 for one that the segment has not named. */
  readonly #numbers: Uint32Array;
  #named: number[] = [];

  constructor({ bytes, offsets }: { readonly bytes: Uint8Array; readonly offsets: Uint32Array }) {
    this.#bytes = bytes;
    this.#offsets = offsets;
    this.#numbers = new Uint32Array(offsets.length - 1);
  }

  localOf(id: number): number {
    const known = this.#numbers[id] as number;
    if (known > 0) return known - 1;
    this.#numbers[id] = this.#named.push(id);
    return this.#named.length - 1;
  }

  /** The ids named since the last call, in UTF-8. */
  take(): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
    const named = this.#named;
    const offsets = new Uint32Array(named.length + 1);
    const endOf = (id: number) => this.#offsets[id + 1] as number;
    const startOf = (id: number) => this.#offsets[id] as number;
    for (const [at, id] of named.entries())
      offsets[at + 1] = (offsets[at] as number) + endOf(id) - startOf(id);
    const bytes = new Uint8Array(offsets[named.length] as number);
    for (const [at, id] of named.entries()) {
      bytes.set(this.#bytes.subarray(startOf(id), endOf(id)), offsets[at]);
      this.#numbers[id] = 0;
    }
    this.#named = [];
    return { bytes, offsets };
  }
}
