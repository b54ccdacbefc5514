import { type FileHandle, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import type { ObjectStore } from "#engine/scale/blocks/object-store.ts";

/** Objects as files of a folder. A file appears under its name when it is whole. */
export function diskObjects(folder: string): ObjectStore {
  const list = async (prefix: string): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((name) => name.startsWith(prefix))
      .sort();
  };
  return {
    async get(name) {
      const file = await openOrNull(join(folder, name));
      if (file === null) return null;
      try {
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
    async getInto(name, room) {
      const file = await openOrNull(join(folder, name));
      if (file === null) return null;
      try {
        const { size } = await file.stat();
        const bytes = room(size);
        for (let at = 0; at < size; ) at += (await file.read(bytes, at, size - at, at)).bytesRead;
        return bytes;
      } finally {
        await file.close();
      }
    },
    async put(name, bytes) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.${threadId}`, bytes);
      await rename(`${path}.${threadId}`, path);
    },
    list,
    async delete(prefix) {
      await Promise.all((await list(prefix)).map((name) => rm(join(folder, name), { force: true })));
    },
  };
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
