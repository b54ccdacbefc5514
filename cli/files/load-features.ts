import type { FeatureColumn } from "#contract/feature-columns.ts";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { idCoverage } from "#engine/data/id-coverage.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import { ColumnCheck, misfitText } from "#engine/features/column-check.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import {
  encodeTable,
  type FeatureTable,
  type FeatureTables,
  sideFeaturesOf,
} from "#engine/features/feature-tables.ts";
import { ColumnGuess } from "#engine/features/guess-columns.ts";
import type { FeatureSettings, TableSettings } from "../options/feature-options.ts";
import { UsageError } from "../options/usage-error.ts";
import type { Progress } from "../terminal/progress.ts";
import { findIdColumn } from "./find-id-column.ts";
import { readFile } from "./read-file.ts";

/** The dataset with the features of its items and users, from the tables that were given; the same dataset without any. */
export async function withFeatures(
  dataset: Dataset,
  settings: FeatureSettings,
  progress: Progress,
): Promise<Dataset> {
  const features = sideFeaturesOf(await loadTables(dataset, settings, progress));
  return features ? { ...dataset, features } : dataset;
}

/** The tables that were given of a dataset's items and users. */
export async function loadTables(
  dataset: Pick<Dataset, "items" | "users">,
  { item, user }: FeatureSettings,
  progress: Progress,
): Promise<FeatureTables> {
  return {
    items: item && (await loadTable(item, "item", dataset.items, progress)),
    users: user && (await loadTable(user, "user", dataset.users, progress)),
  };
}

/** A table, and where its ids are. */
export type TableFile = Pick<TableSettings, "path" | "idColumn" | "dataColumn">;

/** Reads a table of any size, and reports the rows that were left out. */
export async function readTable(
  { path, idColumn, dataColumn }: TableFile,
  about: "item" | "user",
  progress: Progress,
) {
  const read = await readFile(path, progress, async (source, options) =>
    readMetadata(source, {
      ...options,
      about,
      columns: { item: idColumn ?? (await findIdColumn(path, about, dataColumn, options)) },
      maxBytes: Number.POSITIVE_INFINITY,
    }),
  );
  for (const warning of read.report.warnings) progress.done(`${path}: ${warning}`);
  return read;
}

/** Features of all ids, in their order. Reports the types of columns, rows that were left out, and ids that do not match. */
async function loadTable(
  settings: TableSettings,
  about: "item" | "user",
  ids: IdMap,
  progress: Progress,
): Promise<FeatureTable> {
  const { path } = settings;
  const { metadata } = await readTable(settings, about, progress);
  const { warning, described } = idCoverage(metadata.itemIds, ids, about);
  if (warning !== null) progress.done(`${path}: ${warning}`);
  const table = metadataOf(metadataSections(metadata));
  const guess = new ColumnGuess();
  for (const row of rowsOf(table)) guess.add(row);
  const columns = correctedColumns(guess.finish(), settings);
  const check = new ColumnCheck([...settings.types.values()]);
  for (const { itemId, properties } of table.records()) {
    const misfit = check.check(properties);
    if (misfit) throw new UsageError(`${path}: ${misfitText(misfit, `${about} "${itemId}"`)}`);
  }
  const read = columns.filter(({ type }) => type !== "vector" || about === "item");
  const encoded = encodeTable({
    columns: read,
    rows: () => rowsOf(table),
    ids,
    findRow: (id) => table.find(id),
  });
  const types = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  progress.done(
    `${path}: ${encoded.space.size} features${vectorText(encoded)} of ${described} of ${ids.size} ${about}s from ${types}.`,
  );
  return encoded;
}

function vectorText({ matrix: { vectors } }: FeatureTable): string {
  return vectors ? ` and vectors of ${vectors.dim} numbers` : "";
}

function* rowsOf(table: ReturnType<typeof metadataOf>): Iterable<FeatureRow> {
  for (const { properties } of table.records()) yield properties;
}

function correctedColumns(
  guessed: readonly FeatureColumn[],
  { path, types }: TableSettings,
): FeatureColumn[] {
  const unknown = [...types.keys()].find((name) => guessed.every((column) => column.name !== name));
  if (unknown !== undefined) {
    const known = guessed.map(({ name }) => name).join(", ");
    throw new UsageError(`${path}: there is no column "${unknown}"; the columns are ${known}.`);
  }
  return guessed.map((column) => types.get(column.name) ?? column);
}
