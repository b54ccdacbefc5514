import { FORM_HAD_NO_END_TEXT, type IngestionReport, type MetadataReport } from "#contract/ingestion.ts";
import { DATASET_KIND, METADATA_KIND } from "#engine/artifact/kinds.ts";
import { buildDataset } from "#engine/data/build-dataset.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import { readMetadata } from "#engine/data/read-metadata.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { IngestMessage } from "#jobs/messages.ts";
import { bytesOf } from "../byte-stream.ts";
import type { TrainerDeps } from "../deps.ts";
import { type Workmanship, workOnJob } from "../leased-work.ts";
import { coverageOfData, coverageOfMetadata } from "../metadata-coverage.ts";
import { readOptionsOf } from "../read-options.ts";
import type { Work } from "../work.ts";

/** Reads an uploaded file into an artifact. An unusable file is refused at once, with the reason for its owner. */
export function ingest(deps: TrainerDeps, message: IngestMessage): Promise<void> {
  const job = deps.ingestion(message.source, message.rowId);
  const workmanship: Workmanship<IngestionSpec> = {
    isFinal: (error) => error instanceof EngineError,
    writes: ({ spec }) => [spec.artifactKey],
  };
  return workOnJob(deps, job, workmanship, async ({ spec }, work) => ({
    type: "complete",
    result: withNote(await readInto(deps, spec, work), spec),
  }));
}

/** Facts about the file's upload join the report of its content. */
export function withNote(
  result: IngestionResult,
  { reading }: Pick<IngestionSpec, "reading">,
): IngestionResult {
  if (!reading?.mayBeCut) return result;
  const report = result.report as IngestionReport | MetadataReport;
  return { ...result, report: { ...report, warnings: [FORM_HAD_NO_END_TEXT, ...report.warnings] } };
}

async function readInto(deps: TrainerDeps, spec: IngestionSpec, work: Work): Promise<IngestionResult> {
  const object = await deps.store.get(spec.fileKey);
  if (!object) throw new EngineError("EMPTY_DATA", "The uploaded file is no longer there.");
  const source = { name: spec.fileName, bytes: bytesOf(object.body) };
  const options = readOptionsOf(work, spec.reading);
  const { header } = options;
  if (spec.source === "training_data") {
    const { dataset, report } = await buildDataset(source, {
      ...options,
      columns: { ...spec.columns, header },
    });
    const meta = { data_id: spec.rowId, project_id: spec.projectId };
    const content = { kind: DATASET_KIND, meta, sections: datasetSections(dataset) };
    await deps.artifacts.put(spec.artifactKey, content);
    return { report, validColumns: null, coverages: await coverageOfData(deps, spec, dataset) };
  }
  const about = spec.source === "user_meta_data" ? "user" : "item";
  const columns = { item: spec.columns[about], header };
  const { metadata, report } = await readMetadata(source, { ...options, columns, about });
  const meta = { metadata_id: spec.rowId, project_id: spec.projectId, columns: metadata.columns };
  await deps.artifacts.put(spec.artifactKey, {
    kind: METADATA_KIND,
    meta,
    sections: metadataSections(metadata),
  });
  const coverage = await coverageOfMetadata(deps, spec, about, metadata.itemIds);
  return { report: { ...report, coverage }, validColumns: [...metadata.columns] };
}
