import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { ArtifactMissing, type ArtifactStore } from "#storage/artifact-store.ts";
import { createByteBoundedCache } from "./byte-bounded-cache.ts";

/** Half of what an isolate has; a model counts twice, for its bytes and for the kernels' copy of its factors. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Models of this isolate, verified once when loaded. */
export interface ModelCache {
  /** Throws EngineError `BAD_ARTIFACT` or `ArtifactMissing`; neither is remembered. */
  load(artifactKey: string): Promise<Servable>;
  readonly size: number;
}

export function createModelCache(artifacts: ArtifactStore, kernels: () => Kernels): ModelCache {
  const cache = createByteBoundedCache<Servable>(MAX_BYTES);
  return {
    load: (artifactKey) =>
      cache.get(artifactKey, async () => {
        const artifact = await artifacts.get(artifactKey, MODEL_KIND);
        const bytes = artifact.sections.reduce((sum, section) => sum + section.data.byteLength, 0);
        return { value: servableOf(artifact, kernels()), bytes: 2 * bytes };
      }),
    get size() {
      return cache.size;
    },
  };
}

/** Whether an error means that the stored model cannot be used, rather than that reading it went wrong this time. */
export function isUnusable(error: unknown): error is EngineError | ArtifactMissing {
  return error instanceof ArtifactMissing || (error instanceof EngineError && error.code === "BAD_ARTIFACT");
}
