import { DatasetTooLarge } from "#engine/data/dataset-builder.ts";
import { wantedColumns } from "#engine/data/read/read-interactions.ts";
import { EngineError } from "#engine/engine-error.ts";
import { FIRST_INGEST_STAGES } from "#engine/scale/ingest/ingest-plan.ts";
import type { ErasureEvent, ErasureResult, ErasureSpec, RewrittenFile } from "#jobs/erasure-job.ts";
import { READ_BY_CONTENT, readAlike } from "#jobs/file-reading.ts";
import type { EraseMessage } from "#jobs/messages.ts";
import { chunksOf } from "#storage/byte-source.ts";
import { storeStream } from "#storage/store-stream.ts";
import { readOptionsOf } from "../reading/read-options.ts";
import { rewriteWithout } from "../reading/rewrite-file.ts";
import { type FileToRead, storeDataset, storeMetadata } from "../reading/store-reading.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { type Assignment, type Workmanship, workOnJob } from "../work/leased-work.ts";
import { asWholeJob } from "../work/staged-work.ts";
import { ClaimLost, type Work } from "../work/work.ts";
import { eraseFromModel } from "./erase-from-model.ts";

export const NOTHING_ERASED: ErasureResult = {
  removed: 0,
  file: null,
  artifact: null,
  report: null,
  isEmpty: false,
  isLost: false,
};

type Erasing = Assignment<ErasureSpec>;

/** Each attempt writes under its own keys: an abandoned one may go on for a while, and must not touch objects in use. */
const fileKeyOf = ({ spec, claim }: Erasing) => `${spec.newFileKey}-${claim}`;
const artifactKeyOf = ({ spec, claim }: Erasing) => `${spec.newArtifactKey}-${claim}.edgewise`;

/** Removes a user from a file or a model. */
export function erase(deps: TrainerDeps, message: EraseMessage): Promise<void> {
  const workmanship: Workmanship<ErasureSpec> = {
    isFinal: (error) => error instanceof EngineError,
    writes: (erasing) => [fileKeyOf(erasing), artifactKeyOf(erasing)],
  };
  const job = deps.erasure(message.itemId);
  const whole = asWholeJob<ErasureEvent, ErasureSpec, ErasureResult>(job);
  return workOnJob(deps, whole, workmanship, async (erasing, work) => {
    const { spec, claim } = erasing;
    if (spec.source === "trained_model") {
      const erased = await eraseFromModel(deps, spec, artifactKeyOf(erasing));
      return { type: "complete", result: { ...NOTHING_ERASED, ...erased } };
    }
    const result = await eraseFromFile(deps, erasing, work);
    if (!("artifactKey" in result)) return { type: "complete", result };
    await job.handle({
      ...{ type: "shard", claim, stages: FIRST_INGEST_STAGES, spec: { ...spec, rewritten: result } },
    });
    throw new ClaimLost();
  });
}

/** A rewritten file that one isolate does not hold is not read here. */
async function eraseFromFile(
  deps: TrainerDeps,
  erasing: Erasing,
  work: Work,
): Promise<ErasureResult | RewrittenFile> {
  const { spec } = erasing;
  const options = readOptionsOf(work, spec.reading);
  const source = await sourceOf(deps, spec.fileKey, spec.fileName);
  if (source === null) return { ...NOTHING_ERASED, isLost: true };
  const { user: column } = spec.columns;
  const wanted = spec.source === "training_data" ? wantedColumns(spec.columns) : [column];
  const rewriting = await rewriteWithout(source, { ...options, wanted, column }, spec.userId);
  const fileKey = fileKeyOf(erasing);
  const bytes = await storeStream(deps.files, fileKey, rewriting.chunks, Number.MAX_SAFE_INTEGER);
  const removed = rewriting.removed();
  const isEmpty = rewriting.kept() === 0;
  if (removed === 0 || isEmpty) {
    await deps.files.delete(fileKey);
    return { ...NOTHING_ERASED, removed, isEmpty: removed > 0 };
  }
  const { name, format } = rewriting;
  const written = await sourceOf(deps, fileKey, name);
  if (written === null) throw new Error("the new file is gone");
  // The rest alone might be read differently, so it is read like the whole.
  const reading = readAlike(spec.reading ?? READ_BY_CONTENT, format);
  const rewritten = { key: fileKey, name, bytes, removed, reading, artifactKey: artifactKeyOf(erasing) };
  try {
    if (spec.source === "training_data" && bytes > deps.isolateFileBytes) {
      await written.cancel();
      return rewritten;
    }
    const { report, artifact } = await storeArtifact(deps, erasing, { content: written, reading }, work);
    return { ...NOTHING_ERASED, removed, file: { key: fileKey, name, bytes }, artifact, report };
  } catch (error) {
    if (error instanceof DatasetTooLarge) return rewritten;
    if (!isUseless(error)) throw error;
    await deps.files.delete(fileKey);
    return { ...NOTHING_ERASED, removed, isEmpty: true };
  }
}

/** No usable row is left: an upload of such a file is refused, too. Any other failure leaves the old version. */
export function isUseless(error: unknown): boolean {
  return error instanceof EngineError && (error.code === "EMPTY_DATA" || error.code === "BAD_DATA");
}

async function sourceOf(deps: TrainerDeps, key: string | null, name: string) {
  const object = key === null ? null : await deps.store.get(key);
  return object && { name, bytes: chunksOf(object.body), cancel: () => object.body.cancel() };
}

/** Reads the new file as ingestion would, with its report. */
async function storeArtifact(
  deps: TrainerDeps,
  erasing: Erasing,
  file: Pick<FileToRead, "content" | "reading">,
  work: Work,
): Promise<Pick<ErasureResult, "report" | "artifact">> {
  const { rowId, projectId, source, columns } = erasing.spec;
  const key = artifactKeyOf(erasing);
  const described = { ...file, rowId, projectId, columns, artifactKey: key };
  const { report, bytes } =
    source === "training_data"
      ? await storeDataset(deps, described, work)
      : await storeMetadata(deps, described, "user", work);
  return { report, artifact: { key, bytes } };
}
