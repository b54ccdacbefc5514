import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import { type MetadataReader, metadataOf } from "#engine/data/item-metadata.ts";
import type { ArtifactOpener } from "#storage/artifact-store.ts";
import { createByteBoundedCache } from "./byte-bounded-cache.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Item metadata of this isolate, by artifact key. */
export interface MetadataCache {
  load(artifactKey: string): Promise<MetadataReader>;
}

export function createMetadataCache(artifacts: ArtifactOpener): MetadataCache {
  const cache = createByteBoundedCache<MetadataReader>(MAX_BYTES);
  return {
    load: (artifactKey) =>
      cache.get(artifactKey, async () => {
        const { bytes, read } = await artifacts.open(artifactKey, METADATA_KIND);
        return { bytes, load: async () => metadataOf((await read()).sections) };
      }),
  };
}
