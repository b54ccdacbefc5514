import type { Breathe } from "../breathe.ts";
import { type IdMap, IdMapBuilder } from "../id-map.ts";
import { readSequenceLines } from "../read/sequence-lines.ts";
import type { FileSource, ReadOptions } from "../read/source.ts";
import { sortIds } from "../sort-ids.ts";

/** The rows of a file of sequences, with ids replaced by indices. */
export interface SequenceData {
  /** In the order of the lines. */
  readonly rows: IdMap;
  /** In the order of ids, as in every dataset. */
  readonly items: IdMap;
  /** Row r has the places `offsets[r] … offsets[r + 1])`. */
  readonly offsets: Uint32Array;
  readonly places: Uint32Array;
  /** The day of each place; null where lines have none. */
  readonly days: Float64Array | null;
}

/** Reads lines of sequences. Throws BAD_DATA or EMPTY_DATA, naming the line where there is one. */
export async function buildSequences(source: FileSource, options: ReadOptions): Promise<SequenceData> {
  const rows = new IdMapBuilder();
  const items = new IdMapBuilder();
  const offsets = [0];
  const places: number[] = [];
  const days: number[] = [];
  await readSequenceLines(source, options, (line) => {
    rows.intern(line.id);
    for (const id of line.items) places.push(items.intern(id));
    for (const day of line.days ?? []) days.push(day);
    offsets.push(places.length);
  });
  return {
    ...(await inOrderOfIds(items.finish(), Uint32Array.from(places), options.breathe)),
    rows: rows.finish(),
    offsets: Uint32Array.from(offsets),
    days: days.length > 0 ? Float64Array.from(days) : null,
  };
}

async function inOrderOfIds(ids: IdMap, places: Uint32Array, breathe: Breathe) {
  const { map, newIndexOf } = await sortIds(ids, breathe);
  return { items: map, places: newIndexOf ? places.map((item) => newIndexOf[item] as number) : places };
}
