/** Stores and data that count what is read and written. */
import type { BlockedDataset, BlockedMatrix } from "#engine/scale/blocks/blocked-matrix.ts";
import type { ObjectStore } from "#engine/scale/blocks/object-store.ts";
import type { RangedStore } from "#engine/scale/ingest/ingest-work.ts";

export class Counts {
  reads = 0;
  writes = 0;

  /** What was counted since the last call. */
  take(): { reads: number; writes: number } {
    const { reads, writes } = this;
    [this.reads, this.writes] = [0, 0];
    return { reads, writes };
  }

  /** A deletion lists what it deletes. */
  store(store: ObjectStore): ObjectStore {
    return {
      get: (name) => this.#read(store.get(name)),
      put: (name, bytes) => this.#written(store.put(name, bytes)),
      list: (prefix) => this.#written(store.list(prefix)),
      delete: (prefix) => this.#written(store.delete(prefix)),
    };
  }

  ranged(store: RangedStore): RangedStore {
    return {
      get: (name) => this.#read(store.get(name)),
      getRange: (name, from, to) => this.#read(store.getRange(name, from, to)),
      put: (name, bytes) => this.#written(store.put(name, bytes)),
    };
  }

  dataset(data: BlockedDataset): BlockedDataset {
    const { userItems, itemUsers, disliked } = data;
    return {
      userItems: this.matrix(userItems),
      itemUsers: this.matrix(itemUsers),
      disliked: disliked && this.matrix(disliked),
    };
  }

  matrix(matrix: BlockedMatrix): BlockedMatrix {
    return {
      ...matrix,
      read: (block) => this.#read(matrix.read(block)),
      readTimed: (block) => this.#read(matrix.readTimed(block)),
    };
  }

  #read<Value>(value: Value): Value {
    this.reads++;
    return value;
  }

  #written<Value>(value: Value): Value {
    this.writes++;
    return value;
  }
}
