/** The features of a job's items and users: made once from the tables that the job began with, then read by each of its messages. */

import { EMBEDDING_MODELS, TEXT_EMBEDDING } from "#contract/embedding-models.ts";
import type { FeatureColumn } from "#contract/feature-columns.ts";
import { MAX_TABLE_COLUMNS } from "#contract/limits.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { CHECKPOINT_KIND, DATASET_KIND, METADATA_KIND } from "#engine/artifact/kinds.ts";
import { datasetIds, isIdOfDataset } from "#engine/data/dataset-artifact.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { type MetadataReader, metadataOf } from "#engine/data/item-metadata.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import {
  encodeTableInSteps,
  type FeatureTable,
  type FeatureTables,
} from "#engine/features/feature-tables.ts";
import { ColumnGuess } from "#engine/features/guess-columns.ts";
import { tablesOf, tablesSections } from "#engine/features/table-sections.ts";
import { textColumns, textOfRow, withTextVectors } from "#engine/features/text-vectors.ts";
import type { Steps } from "#engine/in-steps.ts";
import type { FeatureSource, JobData, JobFeatures } from "#jobs/feature-sources.ts";
import { shelfOfSections } from "#jobs/item-shelf/packed-shelf.ts";
import { columnsOfTable, writtenTable } from "#jobs/item-shelf/written-table.ts";
import { namesOfKey } from "#storage/artifact-names.ts";
import { ArtifactMissing, type ArtifactStore } from "#storage/artifact-store.ts";
import type { TextEmbedding } from "../embedding/text-embedding.ts";

export interface TableDeps {
  readonly artifacts: Pick<ArtifactStore, "get" | "getSections" | "put">;
  /** Makes vectors of texts; null where the deployment does not. */
  readonly embedding?: TextEmbedding | null;
  /** Runs steps to their end, with pauses for others who share the thread. */
  readonly run: <Result>(steps: Steps<Result>) => Promise<Result>;
}

/** Entries of the matrix of one side: 16 MB. Columns of long texts are left out where there are more. */
const MOST_ENTRIES = 2_000_000;
/** As many as 400,000 items have at 64 numbers, and some more. Columns of longer vectors are left out. No model reads those of users. */
const MOST_VECTOR_BYTES = { item: 32e6, user: 0 };

/** Null without tables. Concurrent messages may make them both: the bytes are the same. */
export async function tablesOfJob(deps: TableDeps, data: JobData): Promise<FeatureTables | null> {
  const { features } = data;
  if (!features) return null;
  try {
    return await readTables(deps, features.artifactKey);
  } catch (error) {
    if (!(error instanceof ArtifactMissing)) throw error;
  }
  await makeTables(deps, data.datasetKey, features);
  return readTables(deps, features.artifactKey);
}

async function readTables({ artifacts }: TableDeps, key: string): Promise<FeatureTables> {
  const { sections, meta } = await artifacts.get(key, CHECKPOINT_KIND);
  return tablesOf(sections, { items: Number(meta.items), users: Number(meta.users) });
}

/** Nothing but the ids of the dataset is in memory beside a table. */
async function makeTables(deps: TableDeps, datasetKey: string, features: JobFeatures): Promise<void> {
  const sections = await deps.artifacts.getSections(datasetKey, DATASET_KIND, isIdOfDataset);
  const ids = { items: datasetIds(sections, "item"), users: datasetIds(sections, "user") };
  const projectId = projectOfKey(datasetKey);
  const items =
    features.items && (await makeTable({ ...deps, projectId }, features.items, ids.items, "item"));
  const users =
    features.users && (await makeTable({ ...deps, projectId }, features.users, ids.users, "user"));
  await deps.artifacts.put(features.artifactKey, {
    kind: CHECKPOINT_KIND,
    meta: { ...namesOfKey(features.artifactKey), items: ids.items.size, users: ids.users.size },
    sections: tablesSections({ items, users }),
  });
}

async function makeTable(
  { artifacts, run, embedding, projectId }: TableDeps & { readonly projectId: number },
  { metadataKey, columns, written }: FeatureSource,
  ids: IdMap,
  about: TableSide,
): Promise<FeatureTable> {
  const file = metadataKey === null ? null : await readMetadata(artifacts, metadataKey, about);
  const copy = written ? await readWritten(artifacts, written.key, about) : null;
  const table = writtenTable(about, file, copy);
  const rows = () => table.rows();
  const findRow = (id: string) => table.find(id);
  const ofFile = columns ?? (file ? await run(guessColumns(rowsOf(file))) : []);
  const typed = written
    ? columnsOfTable(table, ofFile, await run(guessColumns(table.written())), written.schema)
    : ofFile;
  // What was written is in memory beside the file, in the place of some vectors.
  const mostVectorBytes = Math.max(0, MOST_VECTOR_BYTES[about] - (copy?.byteLength ?? 0));
  const limits = { mostEntries: MOST_ENTRIES, mostVectorBytes };
  const encoded = await run(encodeTableInSteps({ columns: typed, rows, ids, findRow, ...limits }));
  const texts = textColumns(typed);
  const room = embedding ? MOST_VECTOR_BYTES[about] / EMBEDDING_MODELS[embedding.model].width : 0;
  if (!embedding || encoded.matrix.vectors || texts.length === 0 || ids.size > room) return encoded;
  const textOf = (index: number) => textOfRow(texts, findRow(ids.idAt(index)) ?? {});
  const vectors = await embedding.embed({ projectId, rowCount: ids.size, textOf });
  return withTextVectors(encoded, TEXT_EMBEDDING, vectors);
}

function projectOfKey(key: string): number {
  return namesOfKey(key)?.project_id ?? 0;
}

async function readMetadata(artifacts: TableDeps["artifacts"], key: string, about: TableSide) {
  return metadataOf(
    await sectionsOf(artifacts, key, METADATA_KIND, `The table of ${about}s was deleted or replaced`),
  );
}

async function readWritten(artifacts: TableDeps["artifacts"], key: string, about: TableSide) {
  const gone = `The copy of the written ${about}s was deleted`;
  return shelfOfSections(await sectionsOf(artifacts, key, CHECKPOINT_KIND, gone)).shelf;
}

/** @param gone What has happened if they are missing. */
async function sectionsOf(artifacts: TableDeps["artifacts"], key: string, kind: string, gone: string) {
  try {
    return (await artifacts.get(key, kind)).sections;
  } catch (error) {
    if (!(error instanceof ArtifactMissing)) throw error;
    // No further attempt would find it.
    throw new EngineError("BAD_DATA", `${gone} after the job began. Start it again.`);
  }
}

function* rowsOf(table: MetadataReader): Iterable<FeatureRow> {
  for (const { properties } of table.records()) yield properties;
}

/** Rows between two yields: some milliseconds. */
const ROWS_PER_PIECE = 200;

function* guessColumns(rows: Iterable<FeatureRow>): Steps<FeatureColumn[]> {
  const guess = new ColumnGuess(MAX_TABLE_COLUMNS);
  let count = 0;
  for (const row of rows) {
    guess.add(row);
    if (++count % ROWS_PER_PIECE === 0) yield;
  }
  return guess.finish();
}
