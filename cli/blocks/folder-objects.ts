/** Objects between tasks as files of a folder, and a file by ranges. */
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ObjectStore } from "#engine/scale/blocks/object-store.ts";
import type { RangedFile, RangedStore } from "#engine/scale/ingest/ingest-work.ts";
import { UsageError } from "../options/usage-error.ts";

const CHUNK_BYTES = 65_536;

/**
 * Objects in a folder, a file for each. Reads and writes do not yield: when a signal is handled, none of them is under way. Throws `UsageError`
 * when the disk is full.
 */
export function folderObjects(folder: string): ObjectStore & RangedStore {
  // A name may be the beginning of another one, which no path can be.
  const pathOf = (name: string) => join(folder, encodeURIComponent(name));
  const list = (prefix: string) =>
    readdirSync(folder)
      .map(decodeURIComponent)
      .filter((name) => name.startsWith(prefix))
      .sort();
  const read = (name: string, room: (bytes: number) => Uint8Array) =>
    reading(pathOf(name), (file) => filled(file, room(fstatSync(file).size), 0));
  return {
    get: async (name) => read(name, (size) => new Uint8Array(size)),
    getInto: async (name, room) => read(name, room),
    getRange: async (name, from, to) =>
      reading(pathOf(name), (file) => filled(file, new Uint8Array(to - from), from)),
    async put(name, bytes) {
      try {
        writeFileSync(pathOf(name), bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        throw new UsageError(`${folder}: the disk is full; --work DIR puts these files on another one.`);
      }
    },
    list: async (prefix) => list(prefix),
    async delete(prefix) {
      for (const name of list(prefix)) rmSync(pathOf(name));
    },
  };
}

/** A file on disk by ranges. */
export function rangedFile(path: string): RangedFile {
  return {
    name: path,
    size: statSync(path).size,
    async *read(from, to) {
      const file = openSync(path, "r");
      try {
        for (let at = from; at < to; at += CHUNK_BYTES) {
          yield filled(file, new Uint8Array(Math.min(CHUNK_BYTES, to - at)), at);
        }
      } finally {
        closeSync(file);
      }
    },
  };
}

/** What is read of a file; null when there is none. */
function reading<Result>(path: string, read: (file: number) => Result): Result | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return read(file);
  } finally {
    closeSync(file);
  }
}

/** Fills the memory from a position of the file on. Throws when the file has become shorter. */
function filled(file: number, bytes: Uint8Array, from: number): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(file, bytes, at, bytes.length - at, from + at);
    if (count === 0) throw new Error(`A file ends at byte ${from + at}, earlier than when it was opened.`);
    at += count;
  }
  return bytes;
}
