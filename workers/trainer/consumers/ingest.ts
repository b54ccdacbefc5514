import { EngineError } from "#engine/engine-error.ts";
import type { IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { IngestMessage } from "#jobs/messages.ts";
import { bytesOf } from "../reading/byte-stream.ts";
import { makeEventData } from "../reading/event-data.ts";
import { coverageOfData, coverageOfMetadata } from "../reading/metadata-coverage.ts";
import { storeDataset, storeMetadata, subjectOf } from "../reading/store-reading.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { type Workmanship, workOnJob } from "../work/leased-work.ts";
import type { Work } from "../work/work.ts";

/** Reads an uploaded file into an artifact. An unusable file is refused at once, with the reason for its owner. */
export function ingest(deps: TrainerDeps, message: IngestMessage): Promise<void> {
  const job = deps.ingestion(message.source, message.rowId);
  const workmanship: Workmanship<IngestionSpec> = {
    isFinal: (error) => error instanceof EngineError,
    writes: ({ spec }) => [spec.artifactKey],
  };
  return workOnJob(deps, job, workmanship, async ({ spec }, work) => ({
    type: "complete",
    result: await readInto(deps, spec, work),
  }));
}

async function readInto(deps: TrainerDeps, spec: IngestionSpec, work: Work): Promise<IngestionResult> {
  if (spec.snapshot) await makeEventData(deps, spec, spec.snapshot, work);
  const object = await deps.store.get(spec.fileKey);
  if (!object) throw new EngineError("EMPTY_DATA", "The uploaded file is no longer there.");
  const content = { name: spec.fileName, bytes: bytesOf(object.body) };
  const file = { ...spec, content, reading: spec.reading };
  if (spec.source === "training_data") {
    const { dataset, report } = await storeDataset(deps, file, work);
    const coverages = await coverageOfData(deps, spec, dataset);
    return { report, validColumns: null, coverages, ...(spec.snapshot && { fileBytes: object.size }) };
  }
  const about = subjectOf(spec.source);
  const { metadata, report } = await storeMetadata(deps, file, about, work);
  const coverage = await coverageOfMetadata(deps, spec, about, metadata.itemIds);
  return { report: { ...report, coverage }, validColumns: [...metadata.columns] };
}
