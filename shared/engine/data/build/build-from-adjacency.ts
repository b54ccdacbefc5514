import type { Dataset } from "../dataset.ts";
import { DatasetBuilder } from "../dataset-builder.ts";
import type { DatasetRules } from "../dataset-rules.ts";
import { readAdjacency } from "../read/adjacency.ts";
import type { FileSource, ReadOptions } from "../read/source.ts";

export interface BuildFromAdjacencyOptions extends ReadOptions {
  /** Each list is in order of time; positions then replace times. */
  readonly isOrdered: boolean;
  /** Every listed item weighs 1; a repeat counts once by default. */
  readonly duplicates?: DatasetRules["duplicates"];
  readonly maxBytes?: number;
}

/**
 * Reads adjacency lists (`user item item …` a line) into a dataset. A user whose list is empty is not in the dataset. Throws
 * BAD_DATA or EMPTY_DATA, naming the line where there is one.
 */
export async function buildFromAdjacency(
  source: FileSource,
  options: BuildFromAdjacencyOptions,
): Promise<{ dataset: Dataset; duplicateCount: number }> {
  const { isOrdered, duplicates = "binary", maxBytes, breathe } = options;
  const builder = new DatasetBuilder({
    hasTimes: isOrdered,
    rules: { duplicates },
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  await readAdjacency(source, options, (user, item, position) => builder.add(user, item, 1, position));
  return builder.finish(breathe);
}
