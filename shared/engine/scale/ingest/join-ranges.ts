/** Checks the cuts of the file, adds up what was read of its ranges, and refuses a file that is of no use. */
import { mergeTallies } from "../../data/read/interaction-tally.ts";
import { type InteractionSummary, refuseUnusable } from "../../data/read/read-interactions.ts";
import { landmarkRanks, landmarksOf } from "../../data/time-landmarks.ts";
import { valuesAt } from "./exact-values.ts";
import { type IngestWork, putJson, writtenJson, writtenRange } from "./ingest-work.ts";
import {
  type FileRange,
  fragmentName,
  type MappedRange,
  mappedRange,
  mapRange,
  type ReadFacts,
} from "./map-range.ts";
import { PackedArrays } from "./packed-arrays.ts";
import { surveyOf } from "./survey-file.ts";

/** All of the file as it was read. */
export interface JoinedRanges {
  readonly ranges: readonly (FileRange & Pick<MappedRange, "fragments">)[];
  readonly read: ReadFacts;
  /** The time from which ages count, where weights halve with age; null otherwise. Epoch milliseconds. */
  readonly reference: number | null;
}

const JOINED = "join";

export function joinedRanges({ store }: Pick<IngestWork, "store">): Promise<JoinedRanges> {
  return writtenJson(store, JOINED);
}

/** Throws, as reading the file in one go, when it is of no use. */
export async function joinRanges(work: IngestWork): Promise<void> {
  const mapped = await wholeRanges(work);
  let linesBefore = 0;
  const parts = mapped.map(({ read: { tally }, lineCount }) => {
    const part = { tally, linesBefore };
    linesBefore += lineCount;
    return part;
  });
  const names = [...new Set(mapped.flatMap(({ read }) => read.names))];
  const read = { ...firstOf(mapped).read, tally: mergeTallies(parts), names };
  summaryOf(work, read);
  const ranges = mapped.map(({ from, to, fragments }) => ({ from, to, fragments }));
  const reference = work.rules.halfLifeMs === undefined ? null : await referenceOf(work, ranges, read);
  const joined: JoinedRanges = { ranges, read, reference };
  await putJson(work.store, JOINED, joined);
}

/** What reading the file in one go says of it. */
export function summaryOf(
  { file, columns }: Pick<IngestWork, "file" | "columns">,
  { names, ...read }: ReadFacts,
): InteractionSummary {
  const isNamed = (name: string) => read.format.delimiter !== null || names.includes(name);
  return refuseUnusable(file.name, columns, { ...read, names, hasColumn: isNamed });
}

type WholeRange = FileRange & Pick<MappedRange, "lineCount" | "fragments"> & { readonly read: ReadFacts };

function firstOf([first]: readonly WholeRange[]): WholeRange {
  if (!first) throw new RangeError("A file has at least one range.");
  return first;
}

/** Ranges that end with a row. One that does not is read again, together with the next. */
async function wholeRanges(work: IngestWork): Promise<WholeRange[]> {
  const survey = await surveyOf(work);
  const { starts } = survey;
  const whole: WholeRange[] = [];
  for (let first = 0; first + 1 < starts.length; ) {
    let end = first + 1;
    let range = { from: starts[first] as number, to: starts[end] as number };
    let mapped = await mappedRange(work, range);
    while (mapped.read === null) {
      end++;
      range = { from: range.from, to: starts[end] as number };
      mapped = await mapRange(work, range, survey);
    }
    const { read, lineCount, fragments } = mapped;
    whole.push({ ...range, read, lineCount, fragments });
    first = end;
  }
  return whole;
}

async function referenceOf(
  work: IngestWork,
  ranges: JoinedRanges["ranges"],
  { tally }: ReadFacts,
): Promise<number | null> {
  const { acceptedCount, firstTime, lastTime } = tally;
  if (firstTime === null || lastTime === null) return null;
  const pieces = () => timesOf(work, ranges);
  const bounds = { least: firstTime, most: lastTime };
  const quantiles = await valuesAt(pieces, landmarkRanks(acceptedCount), bounds);
  return landmarksOf(acceptedCount, lastTime, quantiles).reference;
}

async function* timesOf(
  { store, breathe }: IngestWork,
  ranges: JoinedRanges["ranges"],
): AsyncGenerator<Float64Array> {
  for (const range of ranges) {
    for (const [fragment, ends] of range.fragments.entries()) {
      for (const [partition, to] of ends.entries()) {
        const from = ends[partition - 1] ?? 0;
        if (from === to) continue;
        const bytes = await writtenRange(store, fragmentName(range, fragment), { from, to });
        yield new PackedArrays(bytes, fragmentName(range, fragment)).f64("times");
        await breathe();
      }
    }
  }
}
