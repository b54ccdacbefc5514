import { DATASET_KIND, METADATA_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import { buildDataset } from "#engine/data/build-dataset.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import { wantedColumns } from "#engine/data/read/read-interactions.ts";
import type { FileSource } from "#engine/data/read/source.ts";
import { readMetadata } from "#engine/data/read-metadata.ts";
import { EngineError } from "#engine/engine-error.ts";
import { forgetUser } from "#engine/serve/forget-user.ts";
import type { ErasureResult, ErasureSpec } from "#jobs/erasure-job.ts";
import { READ_BY_CONTENT, readAlike } from "#jobs/file-reading.ts";
import type { EraseMessage } from "#jobs/messages.ts";
import { storeStream } from "#storage/store-stream.ts";
import { bytesOf } from "../byte-stream.ts";
import type { TrainerDeps } from "../deps.ts";
import { workOnJob } from "../leased-work.ts";
import { readOptionsOf } from "../read-options.ts";
import { rewriteWithout } from "../rewrite-file.ts";
import type { Work } from "../work.ts";

const NOTHING: ErasureResult = { removed: 0, file: null, artifactBytes: null, report: null, isEmpty: false };

/** Takes a person out of a file or a model. */
export function erase(deps: TrainerDeps, message: EraseMessage): Promise<void> {
  const isFinal = (error: unknown) => error instanceof EngineError;
  return workOnJob(deps, deps.erasure(message.itemId), isFinal, async ({ spec }, work) => ({
    type: "complete",
    result:
      spec.source === "trained_model"
        ? await eraseFromModel(deps, spec)
        : await eraseFromFile(deps, spec, work),
  }));
}

async function eraseFromModel(deps: TrainerDeps, spec: ErasureSpec): Promise<ErasureResult> {
  const artifact = await deps.artifacts.get(spec.artifactKey, MODEL_KIND);
  const rest = forgetUser(artifact, spec.userId);
  if (rest === null) return NOTHING;
  const artifactBytes = await deps.artifacts.put(spec.newArtifactKey, {
    kind: MODEL_KIND,
    meta: artifact.meta,
    sections: rest,
  });
  return { ...NOTHING, removed: 1, artifactBytes };
}

async function eraseFromFile(deps: TrainerDeps, spec: ErasureSpec, work: Work): Promise<ErasureResult> {
  const options = readOptionsOf(work, spec.reading);
  const source = await sourceOf(deps, spec.fileKey, spec.fileName);
  const { user: column } = spec.columns;
  const wanted = spec.source === "training_data" ? wantedColumns(spec.columns) : [column];
  const rewriting = await rewriteWithout(source, { ...options, wanted, column }, spec.userId);
  const bytes = await storeStream(deps.files, spec.newFileKey, rewriting.chunks, Number.MAX_SAFE_INTEGER);
  const removed = rewriting.removed();
  const isEmpty = rewriting.kept() === 0;
  if (removed === 0 || isEmpty) {
    await deps.files.delete(spec.newFileKey);
    return { ...NOTHING, removed, isEmpty: removed > 0 };
  }
  const { name, format } = rewriting;
  // What is left could be taken for something else: it is read as the whole was.
  const alike = readOptionsOf(work, readAlike(spec.reading ?? READ_BY_CONTENT, format));
  const report = await storeArtifact(deps, spec, await sourceOf(deps, spec.newFileKey, name), alike);
  return { removed, file: { name, bytes }, artifactBytes: null, report, isEmpty: false };
}

async function sourceOf(deps: TrainerDeps, key: string | null, name: string): Promise<FileSource> {
  const object = key === null ? null : await deps.store.get(key);
  if (!object) throw new EngineError("EMPTY_DATA", "The uploaded file is no longer there.");
  return { name, bytes: bytesOf(object.body) };
}

/** As ingestion would read the new file, with its report. */
async function storeArtifact(
  deps: TrainerDeps,
  spec: ErasureSpec,
  source: FileSource,
  options: ReturnType<typeof readOptionsOf>,
): Promise<unknown> {
  const { rowId, projectId, newArtifactKey: key } = spec;
  const columns = { ...spec.columns, header: options.header };
  if (spec.source === "training_data") {
    const { dataset, report } = await buildDataset(source, { ...options, columns });
    const meta = { data_id: rowId, project_id: projectId };
    await deps.artifacts.put(key, { kind: DATASET_KIND, meta, sections: datasetSections(dataset) });
    return report;
  }
  const about = {
    ...options,
    columns: { item: columns.user, header: options.header },
    about: "user",
  } as const;
  const { metadata, report } = await readMetadata(source, about);
  const meta = { metadata_id: rowId, project_id: projectId, columns: metadata.columns };
  await deps.artifacts.put(key, { kind: METADATA_KIND, meta, sections: metadataSections(metadata) });
  return report;
}
