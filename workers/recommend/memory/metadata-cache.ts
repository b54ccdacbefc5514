import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import type { Catalogue } from "#engine/catalogue/catalogue.ts";
import { catalogueOfMetadata } from "#engine/catalogue/metadata-catalogue.ts";
import { type MetadataReader, metadataOf } from "#engine/data/item-metadata.ts";
import type { ArtifactOpener } from "#storage/artifact-store.ts";
import { type CacheEffects, createByteBoundedCache } from "./byte-bounded-cache.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Item metadata of this isolate, by artifact key. */
export interface MetadataCache {
  load(artifactKey: string): Promise<MetadataReader>;
  /** The same items as columns, for rules. */
  catalogue(artifactKey: string): Promise<Catalogue>;
}

interface LoadedMetadata {
  readonly reader: MetadataReader;
  /** Read when a rule first asks for it. */
  readonly catalogue: () => Catalogue;
}

export function createMetadataCache(artifacts: ArtifactOpener, effects: CacheEffects): MetadataCache {
  const cache = createByteBoundedCache<LoadedMetadata>({ maxBytes: MAX_BYTES }, effects);
  const loaded = (artifactKey: string) =>
    cache.get(artifactKey, async () => {
      const { bytes, read } = await artifacts.open(artifactKey, METADATA_KIND);
      return {
        bytes,
        load: async () => {
          const { sections } = await read();
          let catalogue: Catalogue | null = null;
          return {
            reader: metadataOf(sections),
            catalogue: () => {
              catalogue ??= catalogueOfMetadata(sections);
              return catalogue;
            },
          };
        },
      };
    });
  return {
    load: async (artifactKey) => (await loaded(artifactKey)).reader,
    catalogue: async (artifactKey) => (await loaded(artifactKey)).catalogue(),
  };
}
