/** Counts what a task reads and writes in R2. */
import type { TaskWork } from "#jobs/job-work.ts";
import type { ArtifactBucket } from "#storage/artifact-store.ts";
import type { TrainerDeps } from "./deps.ts";

type Bucket = TrainerDeps["store"] & TrainerDeps["files"] & ArtifactBucket;

/** The dependencies of one task, whose operations on R2 are counted. Datasets that stay loaded from task to task are not. */
export function meteredDeps(deps: TrainerDeps): {
  readonly deps: TrainerDeps;
  readonly took: () => Promise<TaskWork>;
} {
  const began = deps.now();
  const counts = { reads: 0, writes: 0, read_bytes: 0, written_bytes: 0 };
  const { store, files } = deps;
  const read = <Found extends R2Object | null>(found: Found, range?: R2GetOptions["range"]): Found => {
    counts.reads++;
    if (found) counts.read_bytes += lengthOf(range) ?? found.size;
    return found;
  };
  const metered = {
    async get(key: string, options?: R2GetOptions) {
      return read(await store.get(key, options), options?.range);
    },
    async head(key: string) {
      counts.reads++;
      return store.head(key);
    },
    async list(options?: R2ListOptions) {
      counts.writes++;
      return store.list(options);
    },
    async put(key: string, value: Parameters<R2Bucket["put"]>[1], options?: R2PutOptions) {
      const written = await files.put(key, value, options);
      counts.writes++;
      counts.written_bytes += written?.size ?? 0;
      return written;
    },
    createMultipartUpload: (key: string, options?: R2MultipartOptions) =>
      files.createMultipartUpload(key, options),
    delete: (keys: string | string[]) => files.delete(keys),
  } as Bucket;
  return {
    deps: { ...deps, store: metered, files: metered, artifacts: deps.artifactsIn(metered) },
    took: async () => ({ ...counts, seconds: (deps.now() - began) / 1000, process: await deps.processUse() }),
  };
}

function lengthOf(range: R2GetOptions["range"]): number | undefined {
  return range && "length" in range ? range.length : undefined;
}
