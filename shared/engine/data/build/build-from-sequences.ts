import type { Dataset } from "../dataset.ts";
import { DatasetBuilder } from "../dataset-builder.ts";
import { readSequenceLines } from "../read/sequence-lines.ts";
import type { FileSource, ReadOptions } from "../read/source.ts";

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

/**
 * A file of sequences as a dataset: a user for each line, whose items stand in the order of the line, with repeats. Times are the days of the
 * line; without days, lines are in the order of time, and each is a second after the one before. A line is one session.
 * Throws BAD_DATA or EMPTY_DATA, naming the line where there is one.
 */
export async function buildFromSequences(
  source: FileSource,
  options: ReadOptions & { readonly maxBytes?: number },
): Promise<Dataset> {
  const builder = new DatasetBuilder({
    hasTimes: true,
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
    sessions: { gapMs: Number.POSITIVE_INFINITY, hasIds: false },
  });
  let line = 0;
  await readSequenceLines(source, options, ({ id, items, days }) => {
    for (const [at, item] of items.entries()) {
      // A millisecond a place keeps the order of items of one day.
      const began = days ? DAY_MS * (days[at] as number) : SECOND_MS * line;
      builder.add(id, item, 1, began + at);
    }
    line++;
  });
  return (await builder.finish(options.breathe)).dataset;
}
