import { badArtifact, bytesOf } from "#engine/artifact/format.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import { historyBlockName } from "#engine/data/history-blocks.ts";
import type { ReadBlock } from "#engine/serve/model-artifact.ts";
import { ArtifactMissing, type ArtifactOpener, type OpenedArtifact } from "#storage/artifact-store.ts";
import { type ByteBoundedCache, type CacheEffects, createByteBoundedCache } from "./byte-bounded-cache.ts";

/** Blocks of histories in memory, of all models of the isolate. */
const MAX_BYTES = 8 * 1024 * 1024;

export type HistoryBlocks = ByteBoundedCache<Uint8Array>;

export function createHistoryBlocks(effects: CacheEffects): HistoryBlocks {
  return createByteBoundedCache<Uint8Array>({ maxBytes: MAX_BYTES }, effects);
}

/** Reads blocks of a model, and again if its file was signed again meanwhile. Throws as the store does. */
export function blockReader(
  blocks: HistoryBlocks,
  artifacts: ArtifactOpener,
  artifactKey: string,
  model: OpenedArtifact,
): ReadBlock {
  let opened = model;
  const readSection = async (name: string): Promise<Uint8Array> => {
    const [section] = await opened.readSome((one) => one === name);
    if (!section) throw badArtifact(`The artifact has no section "${name}".`);
    return bytesOf(section.data);
  };
  return (block) => {
    const name = historyBlockName(block);
    return blocks.get(`${artifactKey} ${block}`, async () => ({
      bytes: opened.header.sections.find((section) => section.name === name)?.bytes ?? 0,
      load: async () => {
        try {
          return await readSection(name);
        } catch (error) {
          if (!(error instanceof ArtifactMissing)) throw error;
          opened = await artifacts.open(artifactKey, MODEL_KIND);
          return readSection(name);
        }
      },
    }));
  };
}
