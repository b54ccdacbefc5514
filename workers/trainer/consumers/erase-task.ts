/** A task of reading the rest of a large file, from which a user was erased. */
import { EngineError } from "#engine/engine-error.ts";
import { ObjectMissing } from "#engine/scale/blocks/object-store.ts";
import type { ErasureResult, ErasureSpec, RewrittenFile } from "#jobs/erasure-job.ts";
import type { EraseTaskMessage } from "#jobs/messages.ts";
import { erasureShardsPrefix } from "#storage/keys.ts";
import { runShard } from "../reading/read-shards.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { type TaskOutcome, workOnTask } from "../work/staged-work.ts";
import type { Work } from "../work/work.ts";
import { isUseless, NOTHING_ERASED } from "./erase.ts";

export function eraseTask(deps: TrainerDeps, { itemId, stage, task }: EraseTaskMessage): Promise<void> {
  return workOnTask<ErasureSpec, ErasureResult>(
    deps,
    deps.erasure(itemId),
    { stage, task },
    {
      prefix: ({ newArtifactKey }) => erasureShardsPrefix(newArtifactKey),
      run: ({ spec, stage: name }, work) => runTask(deps, spec, { stage: name, task }, work),
    },
  );
}

async function runTask(
  deps: TrainerDeps,
  spec: ErasureSpec,
  ref: { readonly stage: string; readonly task: number },
  work: Work,
): Promise<TaskOutcome<ErasureResult>> {
  const { rewritten } = spec;
  if (!rewritten) throw new Error("An erasure in stages has no rewritten file.");
  const { key: fileKey, name: fileName, reading, artifactKey, removed } = rewritten;
  const prefix = erasureShardsPrefix(spec.newArtifactKey);
  try {
    const file = { ...spec, fileKey, fileName, reading, artifactKey, prefix };
    const { next, read } = await runShard(deps, file, ref, work);
    return read ? { next, result: { ...newVersion(rewritten, read.bytes), report: read.report } } : { next };
  } catch (error) {
    if (!isUselessRest(error)) throw error;
    await deps.files.delete(fileKey);
    return { next: [], result: { ...NOTHING_ERASED, removed, isEmpty: true }, isEnd: true };
  }
}

function newVersion({ key, name, bytes, removed, artifactKey }: RewrittenFile, artifactBytes: number) {
  const artifact = { key: artifactKey, bytes: artifactBytes };
  return { ...NOTHING_ERASED, removed, file: { key, name, bytes }, artifact };
}

/** An object that is missing says nothing about the file. A file that is missing was deleted by another attempt at this task. */
function isUselessRest(error: unknown): boolean {
  return error instanceof EngineError && !(error instanceof ObjectMissing) && isUseless(error);
}
