import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import type { Catalogue } from "#engine/catalogue/catalogue.ts";
import { catalogueOfMetadata } from "#engine/catalogue/metadata-catalogue.ts";
import { type MetadataReader, metadataOf } from "#engine/data/item-metadata.ts";
import { ItemLookup } from "#engine/serve/item-lookup.ts";
import type { ArtifactOpener } from "#storage/artifact-store.ts";
import { type CacheEffects, createByteBoundedCache } from "./byte-bounded-cache.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Item metadata of this isolate, by artifact key. */
export interface MetadataCache {
  load(artifactKey: string): Promise<MetadataReader>;
  /** The same items as columns, for rules. */
  catalogue(artifactKey: string): Promise<Catalogue>;
  /** Its items by title, and those that are alike; null for a table that was not stored with an index. */
  lookup(artifactKey: string): Promise<ItemLookup | null>;
}

interface LoadedMetadata {
  readonly reader: MetadataReader;
  /** Read when a rule first asks for it. */
  readonly catalogue: () => Catalogue;
  readonly lookup: () => ItemLookup | null;
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
          let lookup: ItemLookup | null | undefined;
          const reader = metadataOf(sections);
          return {
            reader,
            lookup: () => {
              if (lookup === undefined) lookup = ItemLookup.of(sections, reader);
              return lookup;
            },
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
    lookup: async (artifactKey) => (await loaded(artifactKey)).lookup(),
  };
}
