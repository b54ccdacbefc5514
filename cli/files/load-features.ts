import { readMetadata } from "#engine/data/build/read-metadata.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { idCoverage } from "#engine/data/id-coverage.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import type { FeatureColumn } from "#engine/features/feature-column.ts";
import { featureMatrix } from "#engine/features/feature-matrix.ts";
import { ColumnGuess } from "#engine/features/guess-columns.ts";
import { FeatureSpaceBuilder } from "#engine/features/space-builder.ts";
import type { FeatureSettings, TableSettings } from "../options/feature-options.ts";
import { UsageError } from "../options/usage-error.ts";
import type { Progress } from "../terminal/progress.ts";
import { readFile } from "./read-file.ts";

/** The dataset with the features of its items and users, from the tables that were given; the same dataset without any. */
export async function withFeatures(
  dataset: Dataset,
  { item, user }: FeatureSettings,
  progress: Progress,
): Promise<Dataset> {
  if (item === null && user === null) return dataset;
  const items = item && (await loadFeatures(item, "item", dataset.items, progress));
  const users = user && (await loadFeatures(user, "user", dataset.users, progress));
  return { ...dataset, features: { ...(items && { items }), ...(users && { users }) } };
}

/** Features of all ids, in their order. Reports the types of columns, rows that were left out, and ids that do not match. */
async function loadFeatures(
  settings: TableSettings,
  about: "item" | "user",
  ids: IdMap,
  progress: Progress,
): Promise<CsrMatrix> {
  const { path, idColumn } = settings;
  const { metadata, report } = await readFile(path, progress, (source, options) =>
    readMetadata(source, {
      ...options,
      about,
      columns: { item: idColumn },
      maxBytes: Number.POSITIVE_INFINITY,
    }),
  );
  for (const warning of report.warnings) progress.done(`${path}: ${warning}`);
  const { warning, described } = idCoverage(metadata.itemIds, ids, about);
  if (warning !== null) progress.done(`${path}: ${warning}`);
  const table = metadataOf(metadataSections(metadata));
  const guess = new ColumnGuess();
  for (const { properties } of table.records()) guess.add(properties);
  const columns = correctedColumns(guess.finish(), settings);
  const builder = new FeatureSpaceBuilder(columns);
  for (const { properties } of table.records()) builder.add(properties);
  const space = builder.finish();
  const types = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  progress.done(`${path}: ${space.size} features of ${described} of ${ids.size} ${about}s from ${types}.`);
  return featureMatrix(space, ids, (id) => table.find(id));
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
  return guessed.map((column) => {
    const given = types.get(column.name);
    return given ? { name: column.name, ...given } : column;
  });
}
