import { EngineError } from "../../engine-error.ts";

/** Where work past one isolate keeps its pieces: R2, a folder, or a map. Names are paths with "/". */
export interface ObjectStore {
  /** The bytes of an object, or null when there is none. The caller does not write to them. */
  get(name: string): Promise<Uint8Array | null>;
  /** Stores an object, in place of an older one of that name: the whole of it, or nothing. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** All names that begin with a prefix, ascending. */
  list(prefix: string): Promise<string[]>;
  /** Deletes all objects whose names begin with a prefix. */
  delete(prefix: string): Promise<void>;
}

/** The bytes of an object. Throws `BAD_DATA` when there is none: a task began before the stage that writes its input ended. */
export async function requireObject(store: Pick<ObjectStore, "get">, name: string): Promise<Uint8Array> {
  const bytes = await store.get(name);
  if (bytes === null) throw new EngineError("BAD_DATA", `The object "${name}" does not exist.`);
  return bytes;
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
