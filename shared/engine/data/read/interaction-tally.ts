/** What reading interactions counts. Tallies of the parts of a file add up to that of the file. */
import {
  type DetectedFormat,
  HEADER_ONLY_TEXT,
  notADatetimeText,
  REJECTED_ROWS_LISTED,
  type RejectedRow,
} from "#contract/ingestion.ts";
import { EngineError } from "../../engine-error.ts";
import { WeightRange, type WeightRangeState } from "./parse-weight.ts";
import { parseFailure } from "./source.ts";

/** Plain data: it goes through JSON unchanged. */
export interface InteractionTally {
  readonly rowCount: number;
  readonly acceptedCount: number;
  /** Rows that are no rows of the format: broken quotes, broken JSON. */
  readonly unreadableCount: number;
  readonly firstUnreadable: RejectedRow | null;
  readonly leftOutCount: number;
  readonly firstLeftOut: RejectedRow | null;
  readonly dislikeCount: number;
  readonly missingCount: number;
  readonly trimmedCount: number;
  readonly timeCount: number;
  readonly badTimeCount: number;
  /** Of accepted rows, epoch milliseconds; null without any. */
  readonly firstTime: number | null;
  readonly lastTime: number | null;
  /** The first REJECTED_ROWS_LISTED of them. */
  readonly rejected: readonly RejectedRow[];
  /** Rejected rows by what is wrong, without the cell; the first MAX_REASONS kinds. */
  readonly reasons: readonly (readonly [string, number])[];
  readonly weights: WeightRangeState;
}

/** Reasons may quote the file, so their number is bounded. */
export const MAX_REASONS = 50;

/** A part of a file, and the lines (or records) in the parts before it. */
export interface TalliedPart {
  readonly tally: InteractionTally;
  readonly linesBefore: number;
}

const COUNTS = [
  "rowCount",
  "acceptedCount",
  "unreadableCount",
  "leftOutCount",
  "dislikeCount",
  "missingCount",
  "trimmedCount",
  "timeCount",
  "badTimeCount",
] as const;

/** The tally of a file of the tallies of its parts, in their order. */
export function mergeTallies(parts: readonly TalliedPart[]): InteractionTally {
  const counts = Object.fromEntries(
    COUNTS.map((count) => [count, parts.reduce((sum, { tally }) => sum + tally[count], 0)]),
  ) as Record<(typeof COUNTS)[number], number>;
  const firstOf = (row: "firstUnreadable" | "firstLeftOut") =>
    parts.flatMap(({ tally, linesBefore }) => moved(tally[row], linesBefore)).at(0) ?? null;
  const times = (time: "firstTime" | "lastTime") =>
    parts.flatMap(({ tally }) => (tally[time] === null ? [] : [tally[time]]));
  const [first, last] = [times("firstTime"), times("lastTime")];
  const reasons = new Map<string, number>();
  for (const { tally } of parts) {
    for (const [kind, count] of tally.reasons) {
      if (reasons.has(kind) || reasons.size < MAX_REASONS) {
        reasons.set(kind, (reasons.get(kind) ?? 0) + count);
      }
    }
  }
  const rejected = parts.flatMap(({ tally, linesBefore }) =>
    tally.rejected.flatMap((row) => moved(row, linesBefore)),
  );
  return {
    ...counts,
    firstUnreadable: firstOf("firstUnreadable"),
    firstLeftOut: firstOf("firstLeftOut"),
    firstTime: first.length === 0 ? null : Math.min(...first),
    lastTime: last.length === 0 ? null : Math.max(...last),
    rejected: rejected.slice(0, REJECTED_ROWS_LISTED),
    reasons: [...reasons],
    weights: WeightRange.merged(parts.map(({ tally }) => tally.weights)).state(),
  };
}

function moved(row: RejectedRow | null, lines: number): RejectedRow[] {
  return row === null ? [] : [{ line: row.line + lines, reason: row.reason }];
}

/** What is known of a file apart from the tally of its rows. */
export interface ReadFile {
  readonly name: string;
  readonly format: DetectedFormat;
  readonly timeColumn: string | null;
  /** The column with numbers, or with event types. */
  readonly weightColumn: string;
}

/** Throws `BAD_DATA` when no fit could use the weights. */
export function refuseWeights(tally: InteractionTally, { weightColumn }: ReadFile): void {
  const problem = WeightRange.merged([tally.weights]).problem(weightColumn);
  if (problem !== null) throw new EngineError("BAD_DATA", problem);
}

/** Throws when no row was accepted, with the best reason there is. */
export function refuseEmpty(tally: InteractionTally, { name, format, timeColumn }: ReadFile): void {
  const { timeCount, badTimeCount, rejected, rowCount } = tally;
  if (timeColumn !== null && timeCount === 0 && badTimeCount > 0) {
    const [first] = rejected;
    const words = `${notADatetimeText(timeColumn)} ${first ? sentenceOf(first, format) : ""}`;
    throw new EngineError("BAD_DATA", words.trim());
  }
  if (tally.acceptedCount > 0) return;
  const first = rejected[0] ?? tally.firstLeftOut;
  if (first == null) {
    throw new EngineError("EMPTY_DATA", format.header ? HEADER_ONLY_TEXT : "The submitted file has no rows.");
  }
  if (tally.unreadableCount === rowCount) throw parseFailure(name, sentenceOf(first, format));
  throw new EngineError(
    "EMPTY_DATA",
    `None of the ${rowCount} rows can be used. The first: ${sentenceOf(first, format)}`,
  );
}

/** A rejected row in words. */
export function sentenceOf({ line, reason }: RejectedRow, { name }: DetectedFormat): string {
  return `${name === "json" ? "Record" : "Line"} ${line} ${reason}.`;
}
