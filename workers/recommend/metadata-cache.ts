import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import { type MetadataReader, metadataOf } from "#engine/data/item-metadata.ts";
import type { ArtifactStore } from "#storage/artifact-store.ts";
import { createByteBoundedCache } from "./byte-bounded-cache.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Item metadata of this isolate, by artifact key. */
export interface MetadataCache {
  load(artifactKey: string): Promise<MetadataReader>;
}

export function createMetadataCache(artifacts: ArtifactStore): MetadataCache {
  const cache = createByteBoundedCache<MetadataReader>(MAX_BYTES);
  return {
    load: (artifactKey) =>
      cache.get(artifactKey, async () => {
        const { sections } = await artifacts.get(artifactKey, METADATA_KIND);
        const bytes = sections.reduce((sum, section) => sum + section.data.byteLength, 0);
        return { value: metadataOf(sections), bytes };
      }),
  };
}
