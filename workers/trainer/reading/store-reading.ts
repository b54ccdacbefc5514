/**
 * A file becomes an artifact and a report in the same way, whether it was uploaded or rewritten by an erasure. What ingestion learns to
 * read, an erasure keeps.
 */
import { FORM_HAD_NO_END_TEXT, type IngestionReport, type MetadataReport } from "#contract/ingestion.ts";
import type { FileLookup } from "#contract/reading.ts";
import type { UploadKind } from "#contract/upload.ts";
import { DATASET_KIND, METADATA_KIND } from "#engine/artifact/kinds.ts";
import { catalogueSections } from "#engine/catalogue/catalogue-artifact.ts";
import { catalogueOfMetadata } from "#engine/catalogue/metadata-catalogue.ts";
import { buildDataset } from "#engine/data/build/build-dataset.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import type { FileSource } from "#engine/data/read/source.ts";
import { lookupSections, titleColumn } from "#engine/serve/item-lookup.ts";
import { datasetRulesOf, type FileReading } from "#jobs/file-reading.ts";
import type { IngestionSpec } from "#jobs/ingestion-job.ts";
import { heldBytesOfDataset } from "#storage/dataset-size.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { withColumns } from "./describe-columns.ts";
import { readOptionsOf } from "./read-options.ts";

export interface FileToRead
  extends Pick<IngestionSpec, "rowId" | "projectId" | "artifactKey" | "columns" | "chosen"> {
  readonly content: FileSource;
  readonly reading: FileReading | undefined;
}

type Deps = Pick<TrainerDeps, "artifacts">;

/** Reads interactions into a dataset artifact; `bytes` is its size. Throws `EngineError` for an unusable file. */
export async function storeDataset({ artifacts }: Deps, file: FileToRead, work: Work) {
  const options = readOptionsOf(work, file.reading);
  const columns = { ...file.columns, header: options.header };
  const rules = datasetRulesOf(file.reading?.counting, Boolean(file.columns.time));
  const minutes = file.reading?.sessionGapMinutes;
  const { dataset, report } = await buildDataset(file.content, {
    ...{ ...options, columns, rules, keepsSequences: true },
    ...(minutes !== undefined && { sessionGapMs: 60_000 * minutes }),
  });
  const meta = { data_id: file.rowId, project_id: file.projectId };
  const sections = datasetSections(dataset);
  const bytes = await artifacts.put(file.artifactKey, { kind: DATASET_KIND, meta, sections });
  const sizes = sections.map(({ name, data }) => ({ name, bytes: data.byteLength }));
  const held = { ...report, held_bytes: heldBytesOfDataset({ sections: sizes }) };
  return { dataset, report: withNote(held, file.reading), bytes };
}

type Subject = "item" | "user";

/** Reads a table about items or users into a metadata artifact. Throws `EngineError` for an unusable file. */
export async function storeMetadata({ artifacts }: Deps, file: FileToRead, about: Subject, work: Work) {
  const options = readOptionsOf(work, file.reading);
  const columns = { item: file.columns[about], header: options.header };
  const { metadata, report } = await readMetadata(file.content, { ...options, columns, about });
  const meta = { metadata_id: file.rowId, project_id: file.projectId, columns: metadata.columns };
  const sections = metadataSections(metadata);
  // People are found by id alone; rules visit every item.
  if (about === "item") sections.push(...catalogueSections(catalogueOfMetadata(sections)));
  const lookup = about === "item" ? lookupOf(file.reading, metadata.columns) : null;
  if (lookup) sections.push(...lookupSections(sections, { ...lookup, id: columns.item }));
  const content = { kind: METADATA_KIND, meta, sections };
  const bytes = await artifacts.put(file.artifactKey, content);
  const described = await withColumns(report, metadataOf(sections), file.chosen ?? [], work);
  return { metadata, report: withNote(described, file.reading), bytes };
}

/** As the file's upload says, else by the column that is named like a title. */
function lookupOf(reading: FileReading | undefined, columns: readonly string[]): FileLookup | null {
  const title = titleColumn(columns);
  return reading?.lookup ?? (title === null ? null : { title, texts: [] });
}

export function subjectOf(source: Exclude<UploadKind, "training_data">): Subject {
  return source === "user_meta_data" ? "user" : "item";
}

/** Facts about the file's upload join the report of its content. */
export function withNote<Report extends Pick<IngestionReport | MetadataReport, "warnings">>(
  report: Report,
  reading: FileReading | undefined,
): Report {
  if (!reading?.mayBeCut) return report;
  return { ...report, warnings: [FORM_HAD_NO_END_TEXT, ...report.warnings] };
}
