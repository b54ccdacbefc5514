import { describeFormat } from "#contract/file-format.ts";
import type { IngestionReport } from "#contract/ingestion.ts";
import { buildDataset } from "#engine/data/build/build-dataset.ts";
import { buildFromAdjacency } from "#engine/data/build/build-from-adjacency.ts";
import { buildFromSequences } from "#engine/data/build/build-from-sequences.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withMinimumInteractions } from "#engine/data/prepare.ts";
import type { InteractionColumns } from "#engine/data/read/read-interactions.ts";
import type { FileSource, ReadOptions } from "#engine/data/read/source.ts";
import type { ReadSettings } from "../options/data-options.ts";
import type { Progress } from "../terminal/progress.ts";
import { readFile } from "./read-file.ts";

interface LoadedData {
  readonly dataset: Dataset;
  /** Warnings, one sentence each, with the name of the file. */
  readonly warnings: readonly string[];
}

/**
 * Reads a file of interactions, and reports what it leaves out. Throws `UsageError` that names the file, and the line
 * or column where there is one.
 */
export async function loadDataset(
  path: string,
  settings: ReadSettings,
  progress: Progress,
): Promise<Dataset> {
  const { dataset, warnings } = await readFile(path, progress, (source, options) =>
    build(source, settings, options),
  );
  // Printed at once: a later error may have its cause here.
  for (const warning of warnings) progress.done(warning);
  return dataset;
}

async function build(source: FileSource, settings: ReadSettings, reading: ReadOptions): Promise<LoadedData> {
  const { isAdjacency, columns, isOrdered, rules, minimum, separator, keepsMissingWords, weightRule } =
    settings;
  const { name: path } = source;
  const options = {
    ...{ ...reading, separator, keepsMissingWords, weightRule },
    maxBytes: Number.POSITIVE_INFINITY,
  };
  if (settings.isSequences) {
    return {
      dataset: withMinimumInteractions(await buildFromSequences(source, options), minimum),
      warnings: [],
    };
  }
  if (isAdjacency) {
    const { duplicates } = rules;
    const built = await buildFromAdjacency(source, {
      ...options,
      isOrdered,
      ...(duplicates && { duplicates }),
    });
    const warnings =
      built.duplicateCount > 0
        ? [`${path}: ${built.duplicateCount} items are listed more than once for a user.`]
        : [];
    return { dataset: withMinimumInteractions(built.dataset, minimum), warnings };
  }
  const { dataset, report } = await buildDataset(source, {
    ...{ ...options, columns, rules, minimum, isOrdered },
    ...{ keepsSequences: settings.keepsSequences ?? false, sessionGapMs: settings.sessionGapMs },
  });
  return { dataset, warnings: warningsOf(path, columns, report) };
}

/** Says what the reading of a file left out. */
export function reportWarnings(
  path: string,
  columns: InteractionColumns,
  report: IngestionReport,
  progress: Progress,
): void {
  for (const warning of warningsOf(path, columns, report)) progress.done(warning);
}

function warningsOf(path: string, columns: InteractionColumns, report: IngestionReport): string[] {
  const [first] = report.rejected;
  const example = first ? [`${path}: the first rejected row is line ${first.line}: it ${first.reason}.`] : [];
  const { format } = report;
  // With column names and a usual separator the format needs no explanation.
  const isPlain = [null, ",", "\t"].includes(format.delimiter) && !/^\d+$/.test(columns.user);
  const told = isPlain ? [] : [`${path}: ${describeFormat(format)}`];
  return [...told, ...report.warnings.map((warning) => `${path}: ${warning}`), ...example];
}
