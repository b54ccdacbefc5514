import { EngineError } from "../../engine-error.ts";

/** Where work past one isolate keeps its pieces: R2, a folder, or a map. Names are paths with "/". */
export interface ObjectStore {
  /** The bytes of an object, or null when there is none. The caller does not write to them. */
  get(name: string): Promise<Uint8Array | null>;
  /**
   * The same, read into memory of the caller. Optional: a task that reads one object after another leaves no garbage then. A runtime may
   * keep 64 MB of it before it looks.
   * @param room Gives memory of this many bytes.
   */
  getInto?(name: string, room: (bytes: number) => Uint8Array): Promise<Uint8Array | null>;
  /** Stores an object, in place of an older one of that name: the whole of it, or nothing. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** All names that begin with a prefix, ascending. */
  list(prefix: string): Promise<string[]>;
  /** Deletes all objects whose names begin with a prefix. */
  delete(prefix: string): Promise<void>;
}

/** There is no such object: a task began before the stage that writes its input ended, or after the job's objects were deleted. */
export class ObjectMissing extends EngineError {
  constructor(name: string) {
    super("BAD_DATA", `The object "${name}" does not exist.`);
  }
}

/** The bytes of an object. Throws `ObjectMissing`. */
export async function requireObject(store: Pick<ObjectStore, "get">, name: string): Promise<Uint8Array> {
  const bytes = await store.get(name);
  if (bytes === null) throw new ObjectMissing(name);
  return bytes;
}

/** Reads objects one after another into the same memory, where the store can. */
export class ObjectReader {
  readonly #store: ObjectStore;
  #room = new Uint8Array();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Valid until the next call. Throws `BAD_DATA` when there is no such object. */
  async read(name: string): Promise<Uint8Array> {
    const { getInto } = this.#store;
    if (!getInto) return await requireObject(this.#store, name);
    const bytes = await getInto.call(this.#store, name, (size) => this.#roomFor(size));
    return bytes ?? (await requireObject(this.#store, name));
  }

  #roomFor(size: number): Uint8Array {
    if (this.#room.length < size) this.#room = new Uint8Array(size);
    return this.#room.subarray(0, size);
  }
}

/** Objects in memory, each copied when it is put. */
export function memoryObjects(): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  const named = (prefix: string) => [...objects.keys()].filter((name) => name.startsWith(prefix)).sort();
  return {
    get: async (name) => objects.get(name) ?? null,
    put: async (name, bytes) => void objects.set(name, bytes.slice()),
    list: async (prefix) => named(prefix),
    delete: async (prefix) => {
      for (const name of named(prefix)) objects.delete(name);
    },
  };
}

/** The objects of a store below a path, by their names there. */
export function objectsWithin(store: ObjectStore, path: string): ObjectStore {
  const whole = (name: string) => `${path}/${name}`;
  const { getInto } = store;
  return {
    get: (name) => store.get(whole(name)),
    ...(getInto && { getInto: (name, room) => getInto.call(store, whole(name), room) }),
    put: (name, bytes) => store.put(whole(name), bytes),
    list: async (prefix) => (await store.list(whole(prefix))).map((name) => name.slice(path.length + 1)),
    delete: (prefix) => store.delete(whole(prefix)),
  };
}
