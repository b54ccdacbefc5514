/** Parses a range of the file and writes its rows by partition. */
import type { DetectedFormat } from "#contract/ingestion.ts";
import { countNewlines } from "#reading/plain-text.ts";
import type { InteractionTally } from "../../data/read/interaction-tally.ts";
import { type ReadPart, readPart } from "../../data/read/read-interactions.ts";
import { BLOCK_BYTES, CutInsideRow, DEFAULT_LIMITS, type FileSource } from "../../data/read/source.ts";
import { EngineError } from "../../engine-error.ts";
import { type IngestWork, putJson, writtenJson } from "./ingest-work.ts";
import { RowFragment } from "./row-fragment.ts";
import { beginningOf } from "./survey-file.ts";

/** Bytes from … to of the file. */
export interface FileRange {
  readonly from: number;
  readonly to: number;
}

/** What is known of a range once it was read. */
export interface MappedRange {
  readonly lineCount: number;
  /** Null for a range that ends inside of a row: it has no fragments, and is read together with the next one. */
  readonly read: ReadFacts | null;
  /** Where the segments lie in each fragment: partition p is the bytes `ends[p − 1] … ends[p])`. */
  readonly fragments: readonly (readonly number[])[];
}

/** A `ReadPart` as plain data. */
export interface ReadFacts {
  readonly tally: InteractionTally;
  readonly format: DetectedFormat;
  readonly warnings: readonly string[];
  readonly names: readonly string[];
}

export const rangeName = ({ from, to }: FileRange) => `map/${from}-${to}`;
export const fragmentName = (range: FileRange, fragment: number) => `${rangeName(range)}/${fragment}`;

export function mappedRange({ store }: Pick<IngestWork, "store">, range: FileRange): Promise<MappedRange> {
  return writtenJson(store, rangeName(range));
}

/** Throws what `readPart` throws, with the line in the file. */
export async function mapRange(
  work: IngestWork,
  range: FileRange,
  { isGzip, partitionCount }: { readonly isGzip: boolean; readonly partitionCount: number },
): Promise<MappedRange> {
  const writer = new FragmentWriter(work, range, partitionCount);
  const lines = { count: 0 };
  let read: ReadPart | null = null;
  try {
    read = await readRange(work, range, { isGzip, lines, writer, firstLine: 1 });
  } catch (error) {
    if (error instanceof EngineError && range.from > 0) await throwWithLine(work, range);
    if (!(error instanceof CutInsideRow)) throw error;
  }
  const mapped: MappedRange = {
    lineCount: lines.count,
    read: read && factsOf(read),
    fragments: read ? await writer.finish() : [],
  };
  await putJson(work.store, rangeName(range), mapped);
  return mapped;
}

interface RangeReading {
  readonly isGzip: boolean;
  readonly lines: { count: number };
  readonly writer: Pick<FragmentWriter, "add" | "flushLarge">;
  readonly firstLine: number;
}

async function readRange(
  work: IngestWork,
  range: FileRange,
  { isGzip, lines, writer, firstLine }: RangeReading,
): Promise<ReadPart> {
  const { file, columns, reading, breathe } = work;
  const { from, to } = range;
  const bytes = counted(file.read(from, to), lines);
  const isWhole = from === 0 && to === file.size;
  const head = isGzip || isWhole ? null : await beginningOf(file);
  const source: FileSource = {
    name: file.name,
    bytes,
    ...(head && {
      part: {
        ...{ isFirst: from === 0, isLast: to === file.size, firstLine },
        head: { bytes: head, isWhole: file.size < BLOCK_BYTES },
      },
    }),
  };
  const options = {
    ...reading,
    limits: { ...DEFAULT_LIMITS, plainBytes: Number.POSITIVE_INFINITY },
    breathe: async () => {
      await breathe();
      await writer.flushLarge();
    },
  };
  return readPart(source, columns, options, (user, item, weight, timeMs) =>
    writer.add(user, item, weight, timeMs),
  );
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  lines: { count: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    lines.count += countNewlines(chunk);
    yield chunk;
  }
}

/** Reads the range again, now with the numbers of its lines in the file, so that the error names the right one. */
async function throwWithLine(work: IngestWork, range: FileRange): Promise<void> {
  const lines = { count: 0 };
  for await (const _ of counted(work.file.read(0, range.from), lines)) await work.breathe();
  const writer = { add: () => undefined, flushLarge: async () => undefined };
  const firstLine = lines.count + 1;
  await readRange(work, range, { isGzip: false, lines: { count: 0 }, writer, firstLine });
}

function factsOf({ tally, format, warnings, names, hasColumn }: ReadPart): ReadFacts {
  return { tally, format, warnings, names: names.filter((name) => hasColumn(name)) };
}

/** Holds at most `fragmentRows` rows and one block of the file. */
class FragmentWriter {
  readonly #work: IngestWork;
  readonly #range: FileRange;
  readonly #partitionCount: number;
  readonly #written: number[][] = [];
  #rows: RowFragment;

  constructor(work: IngestWork, range: FileRange, partitionCount: number) {
    this.#work = work;
    this.#range = range;
    this.#partitionCount = partitionCount;
    this.#rows = this.#begun();
  }

  add(user: string, item: string, weight: number, timeMs: number): void {
    const { duplicates } = this.#work.rules;
    this.#rows.add(user, item, duplicates === "binary" ? Math.sign(weight) : weight, timeMs);
  }

  async flushLarge(): Promise<void> {
    if (this.#rows.rowCount >= this.#work.sizes.fragmentRows) await this.#flush();
  }

  /** Where the segments lie in each fragment. */
  async finish(): Promise<number[][]> {
    if (this.#rows.rowCount > 0) await this.#flush();
    return this.#written;
  }

  #begun(): RowFragment {
    return new RowFragment(this.#partitionCount, this.#work.columns.time != null);
  }

  async #flush(): Promise<void> {
    const packed = new GrowingBytes(this.#rows.rowCount * USUAL_ROW_BYTES);
    const ends: number[] = [];
    for (const segment of this.#rows.segments()) {
      if (segment) packed.add(segment);
      ends.push(packed.length);
      await this.#work.breathe();
    }
    this.#rows = this.#begun();
    await this.#work.store.put(fragmentName(this.#range, this.#written.length), packed.take());
    this.#written.push(ends);
  }
}

/** Of a row in a fragment, with its share of ids. */
const USUAL_ROW_BYTES = 24;

/** Bytes one after another. Segments of a fragment fill it, so that they are not held twice. */
class GrowingBytes {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(expectedBytes);
  }

  get length(): number {
    return this.#length;
  }

  add(more: Uint8Array): void {
    const end = this.#length + more.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, Math.ceil(1.5 * this.#bytes.length)));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(more, this.#length);
    this.#length = end;
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
