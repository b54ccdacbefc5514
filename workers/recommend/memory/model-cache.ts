import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { ArtifactMissing, type ArtifactOpener } from "#storage/artifact-store.ts";
import { type CacheEffects, createByteBoundedCache } from "./byte-bounded-cache.ts";
import { blockReader, createHistoryBlocks } from "./history-blocks.ts";
import { loadableModel } from "./loadable-model.ts";

/** Of an isolate's 128 MB. A model of 40 MB is loaded while another one answers. */
const LIMITS = { maxBytes: 80 * 1024 * 1024, peakBytes: 100 * 1024 * 1024 };

/** The models of this isolate, verified once when loaded. */
export interface ModelCache {
  /**
   * Throws EngineError `BAD_ARTIFACT`, `ArtifactMissing` or `Overloaded`; errors are not remembered.
   *
   * @param modelId The required model, if the caller knows it.
   */
  load(artifactKey: string, modelId?: number): Promise<Servable>;
  /** Whether the model is in memory now. */
  has(artifactKey: string): boolean;
  readonly size: number;
  /** Of the models in memory. */
  readonly bytes: number;
}

export function createModelCache(
  artifacts: ArtifactOpener,
  kernels: () => Kernels,
  effects: CacheEffects,
): ModelCache {
  const cache = createByteBoundedCache<Servable>(LIMITS, effects);
  const blocks = createHistoryBlocks(effects);
  return {
    load: (artifactKey, modelId) =>
      cache.get(artifactKey, async () => {
        const names = modelId === undefined ? {} : { model_id: modelId };
        const opened = await artifacts.open(artifactKey, MODEL_KIND, names);
        const readBlock = blockReader(blocks, artifacts, artifactKey, opened);
        return loadableModel(opened, kernels(), readBlock);
      }),
    has: (artifactKey) => cache.peek(artifactKey) !== undefined,
    get bytes() {
      return cache.bytes;
    },
    get size() {
      return cache.size;
    },
  };
}

/** Whether an error means that the stored model is unusable, in contrast to a failure of this read. */
export function isUnusable(error: unknown): error is EngineError | ArtifactMissing {
  return error instanceof ArtifactMissing || (error instanceof EngineError && error.code === "BAD_ARTIFACT");
}
