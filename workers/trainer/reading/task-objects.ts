import type { ObjectStore } from "#engine/scale/blocks/object-store.ts";
import type { RangedStore } from "#engine/scale/ingest/ingest-work.ts";
import { chunksOf } from "#storage/byte-source.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import type { TrainerDeps } from "../work/deps.ts";

const KEYS_AT_ONCE = 1_000;

/** Objects in R2 that the tasks of one job write for each other. @param prefix What their keys begin with. */
export function taskObjects(
  { store, files }: Pick<TrainerDeps, "store" | "files">,
  prefix: string,
): ObjectStore & RangedStore {
  const keyOf = (name: string) => `${prefix}${name}`;
  const bytes = async (object: R2ObjectBody | null) => object && new Uint8Array(await object.arrayBuffer());
  return {
    get: async (name) => bytes(await store.get(keyOf(name))),
    getRange: async (name, from, to) =>
      bytes(await store.get(keyOf(name), { range: { offset: from, length: to - from } })),
    async getInto(name, room) {
      const object = await store.get(keyOf(name));
      if (object === null) return null;
      const into = room(object.size);
      let at = 0;
      for await (const chunk of chunksOf(object.body)) {
        into.set(chunk, at);
        at += chunk.length;
      }
      return into;
    },
    put: async (name, content) => void (await files.put(keyOf(name), content)),
    async list(start) {
      const names: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await store.list({
          prefix: keyOf(start),
          limit: KEYS_AT_ONCE,
          ...(cursor && { cursor }),
        });
        names.push(...page.objects.map(({ key }) => key.slice(prefix.length)));
        if (!page.truncated) return names;
        cursor = page.cursor;
      }
    },
    delete: (start) =>
      deletePrefix({ delete: files.delete.bind(files), list: store.list.bind(store) }, keyOf(start)),
  };
}
