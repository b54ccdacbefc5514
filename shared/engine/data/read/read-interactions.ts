/** Reads rows of a file as interactions: checks ids, weight and time cell by cell, and counts and lists errors. */
import {
  columnNotFoundText,
  type DetectedFormat,
  REJECTED_ROWS_LISTED,
  type RejectedRow,
} from "#contract/ingestion.ts";
import { idProblem, idText } from "#reading/clean-id.ts";
import { knownColumns } from "#reading/column-names.ts";
import type { TableRow } from "#reading/table.ts";
import { EngineError } from "../../engine-error.ts";
import { BELOW_LIKES_FROM } from "../weigh-interaction.ts";
import {
  type InteractionTally,
  MAX_REASONS,
  refuseEmpty,
  refuseWeights,
  sentenceOf,
} from "./interaction-tally.ts";
import { type OpenedTable, openTable } from "./open-table.ts";
import { parseTime } from "./parse-time.ts";
import { RowWeigher } from "./row-weigher.ts";
import { shownCell, withPoint } from "./shown-cell.ts";
import { type FileSource, parseFailure, type ReadOptions } from "./source.ts";

/** The columns of an interaction: header names, or positions from 1 in a file without a header. */
export interface InteractionColumns {
  readonly user: string;
  readonly item: string;
  readonly time?: string | null | undefined;
  readonly weight?: string | null | undefined;
  /** Kinds of events, and the factor of each for the weight; rows of other kinds are rejected. */
  readonly event?: EventColumn | null | undefined;
  /** The ids of sessions; empty cells have none. */
  readonly session?: SessionColumn | null | undefined;
  /** Whether delimited text has a header row; detected when absent. */
  readonly header?: boolean | undefined;
}

export interface EventColumn {
  readonly column: string;
  /** By the text of the cell; finite. Zero or below makes an event a dislike. */
  readonly weights: Readonly<Record<string, number>>;
}

export interface SessionColumn {
  readonly column: string;
  /** Whether a JSON file may do without it. */
  readonly isOptional?: boolean;
}

/**
 * Takes one accepted interaction; `weight` of zero and below is a dislike, `timeMs` is NaN when no time column is given, `session` is empty
 * without one.
 */
export type TakeInteraction = (
  user: string,
  item: string,
  weight: number,
  timeMs: number,
  session: string,
) => void;

export interface InteractionSummary {
  readonly tally: InteractionTally;
  readonly rowCount: number;
  readonly acceptedCount: number;
  readonly rejectedCount: number;
  /** Rejected rows by what is wrong, without the cell; of the first MAX_REASONS kinds. */
  readonly rejectedBy: ReadonlyMap<string, number>;
  /** Rows rated lower than a like, which the weight rule leaves out. */
  readonly leftOutCount: number;
  /** Accepted rows with a weight of zero or below. */
  readonly dislikeCount: number;
  /** The first REJECTED_ROWS_LISTED of them. */
  readonly rejected: readonly RejectedRow[];
  /** Rejected rows whose user or item means a missing value. */
  readonly missingCount: number;
  /** Ids of accepted rows that were cleaned. */
  readonly trimmedCount: number;
  /** Oldest and newest accepted time, epoch milliseconds; null without a time column. */
  readonly timeRange: { readonly first: number; readonly last: number } | null;
  readonly format: DetectedFormat;
  readonly warnings: readonly string[];
}

/**
 * Streams the interactions of a file to `take`. Bad rows are rejected one by one. Errors (BAD_DATA, EMPTY_DATA) are a file
 * without a remaining row and a missing column. So are a time column without a single time, and a weight column without a
 * usable range.
 */
export async function readInteractions(
  source: FileSource,
  columns: InteractionColumns,
  options: ReadOptions,
  take: TakeInteraction,
): Promise<InteractionSummary> {
  if (columns.user === columns.item) {
    throw new EngineError("BAD_PARAMETER", `Users and items cannot both be in the column "${columns.user}".`);
  }
  const part = await readPart(source, columns, options, take);
  return refuseUnusable(source.name, columns, part);
}

/** What is known once a file, or a part of one, was read. */
export interface ReadPart {
  readonly tally: InteractionTally;
  readonly format: DetectedFormat;
  readonly warnings: readonly string[];
  /** The columns that it has; all of them where the header says so. */
  readonly names: readonly string[];
  readonly hasColumn: (name: string) => boolean;
}

/** Streams the interactions of a file, or of a part of it, and judges nothing. Throws as soon as it cannot go on reading. */
export async function readPart(
  source: FileSource,
  columns: InteractionColumns,
  options: ReadOptions,
  take: TakeInteraction,
): Promise<ReadPart> {
  if (columns.user === columns.item) {
    throw new EngineError("BAD_PARAMETER", `Users and items cannot both be in the column "${columns.user}".`);
  }
  const wanted = wantedColumns(columns);
  const table = await openTable(source, { ...options, wanted, allColumns: false, header: columns.header });
  const reader = new InteractionReader(table, columns, options, take);
  for await (const batch of table.rows) {
    for (const row of batch) reader.read(row);
  }
  const { format, warnings, names } = table;
  return { tally: reader.tally(), format, warnings, names, hasColumn: (name) => table.hasColumn(name) };
}

/** What was read of a whole file. Throws, as `readInteractions`, when it is of no use. */
export function refuseUnusable(
  name: string,
  columns: InteractionColumns,
  read: ReadPart,
): InteractionSummary {
  const { tally, format, warnings } = read;
  const required = wantedColumns(columns.session?.isOptional ? { ...columns, session: null } : columns);
  refuseBroken(name, required, read);
  refuseMissingColumns(read, required);
  const weightColumn = columns.weight ?? columns.event?.column ?? "";
  const file = { name, format, timeColumn: columns.time ?? null, weightColumn };
  refuseWeights(tally, file);
  refuseEmpty(tally, file);
  const { rowCount, acceptedCount, leftOutCount, dislikeCount, missingCount, trimmedCount } = tally;
  return {
    ...{ tally, rowCount, acceptedCount, leftOutCount, dislikeCount, missingCount, trimmedCount },
    rejectedCount: rowCount - acceptedCount - leftOutCount,
    rejectedBy: new Map(tally.reasons),
    rejected: tally.rejected,
    timeRange:
      tally.firstTime === null || tally.lastTime === null
        ? null
        : { first: tally.firstTime, last: tally.lastTime },
    ...{ format, warnings },
  };
}

/**
 * Throws when a column is missing and rows are broken: the missing column may be in those rows, so they must be fixed first.
 */
function refuseBroken(name: string, wanted: readonly string[], read: ReadPart): void {
  const { firstUnreadable } = read.tally;
  if (firstUnreadable === null || wanted.every((column) => read.hasColumn(column))) return;
  throw parseFailure(name, sentenceOf(firstUnreadable, read.format));
}

/** The columns to read, in the order in which Recotem reports a missing one: the time comes first. */
export function wantedColumns({ time, user, item, weight, event, session }: InteractionColumns): string[] {
  return [time, user, item, weight, event?.column, session?.column].filter((name) => name != null);
}

/** Throws BAD_DATA for a wanted column that no row had: only the end of a JSON file shows which columns it has. */
export function refuseMissingColumns(
  table: Pick<ReadPart, "names" | "hasColumn">,
  wanted: readonly string[],
): void {
  const missing = wanted.find((name) => !table.hasColumn(name));
  const isWithoutAnyColumn = !table.names.some((name) => table.hasColumn(name));
  if (missing === undefined || isWithoutAnyColumn) return;
  const known = table.names.filter((name) => table.hasColumn(name));
  throw new EngineError("BAD_DATA", `${columnNotFoundText(missing)} ${knownColumns(known)}`);
}

class InteractionReader {
  readonly #columns: InteractionColumns;
  readonly #take: TakeInteraction;
  readonly #at: { user: number; item: number; time: number; session: number };
  readonly #weigher: RowWeigher;
  readonly #rejected: RejectedRow[] = [];
  readonly #reasons = new Map<string, number>();
  readonly #keepsMissingWords: boolean;
  readonly #observe: ReadOptions["observe"];
  /** Whether the comma in a number is its decimal point. */
  readonly #hasDecimalCommas: boolean;
  #missingCount = 0;
  #trimmedCount = 0;
  #rowCount = 0;
  #acceptedCount = 0;
  #unreadableCount = 0;
  #firstUnreadable: RejectedRow | null = null;
  #dislikeCount = 0;
  #leftOutCount = 0;
  #firstLeftOut: RejectedRow | null = null;
  #timeCount = 0;
  #badTimeCount = 0;
  #firstTime = Number.POSITIVE_INFINITY;
  #lastTime = Number.NEGATIVE_INFINITY;

  constructor(
    table: OpenedTable,
    columns: InteractionColumns,
    { keepsMissingWords = false, weightRule = null, observe }: ReadOptions,
    take: TakeInteraction,
  ) {
    this.#keepsMissingWords = keepsMissingWords;
    this.#observe = observe;
    this.#hasDecimalCommas = table.format.delimiter !== null && table.format.delimiter !== ",";
    this.#columns = columns;
    this.#take = take;
    const positions = [...table.positions];
    const time = columns.time == null ? -1 : (positions.shift() as number);
    const session = columns.session == null ? -1 : (positions.pop() as number);
    const event = columns.event == null ? -1 : (positions.pop() as number);
    const [user = -1, item = -1, weight = -1] = positions;
    this.#at = { user, item, time, session };
    const rule = columns.weight == null ? null : weightRule;
    const weights = columns.event?.weights ?? {};
    this.#weigher = new RowWeigher({
      weight,
      event,
      weights,
      rule,
      hasDecimalCommas: this.#hasDecimalCommas,
    });
  }

  read(row: TableRow): void {
    this.#rowCount++;
    const problem = this.#accept(row);
    if (problem === null) return;
    if (problem === BELOW_LIKES_FROM) {
      this.#leftOutCount++;
      this.#firstLeftOut ??= { line: row.line, reason: problem };
      return;
    }
    const [kind = ""] = problem.split(" (", 1);
    if (this.#reasons.has(kind) || this.#reasons.size < MAX_REASONS) {
      this.#reasons.set(kind, (this.#reasons.get(kind) ?? 0) + 1);
    }
    if (row.problem !== null) {
      this.#unreadableCount++;
      this.#firstUnreadable ??= { line: row.line, reason: problem };
    }
    if (this.#rejected.length < REJECTED_ROWS_LISTED) {
      this.#rejected.push({ line: row.line, reason: problem });
    }
  }

  /** Passes the row on, or returns its error. */
  #accept(row: TableRow): string | null {
    if (row.problem !== null) return row.problem;
    const at = this.#at;
    const time = at.time < 0 ? Number.NaN : this.#time(row.cells[at.time]);
    const userCell = row.cells[at.user];
    const itemCell = row.cells[at.item];
    const user = idText(userCell, this.#keepsMissingWords);
    if (user === null) return this.#noId("user", userCell);
    const item = idText(itemCell, this.#keepsMissingWords);
    if (item === null) return this.#noId("item", itemCell);
    const weight = this.#outcome(row, time);
    this.#observe?.({ user, item, ...this.#weigher.numberOf(row), timeMs: time, outcome: weight });
    if (typeof weight === "string") return weight;
    this.#acceptedCount++;
    if (weight <= 0) this.#dislikeCount++;
    if (user !== userCell && typeof userCell === "string") this.#trimmedCount++;
    if (item !== itemCell && typeof itemCell === "string") this.#trimmedCount++;
    if (time < this.#firstTime) this.#firstTime = time;
    if (time > this.#lastTime) this.#lastTime = time;
    const session = at.session < 0 ? null : idText(row.cells[at.session], true);
    this.#take(user, item, weight, time, session ?? "");
    return null;
  }

  #noId(role: "user" | "item", cell: unknown): string {
    const problem = idProblem(cell);
    if (problem === "missing word") this.#missingCount++;
    const words = problem === "missing word" ? `${shownCell(cell)} means a missing value` : shownCell(cell);
    return `has no ${role} id (${words})`;
  }

  /** The weight of a row, or why it is not accepted. */
  #outcome(row: TableRow, time: number): number | string {
    const weight = this.#weigher.weigh(row);
    const { time: at } = this.#at;
    if (typeof weight === "string" || at < 0 || !Number.isNaN(time)) return weight;
    return `has a time that cannot be read (${shownCell(row.cells[at])})`;
  }

  #time(cell: unknown): number {
    const time = parseTime(this.#hasDecimalCommas ? withPoint(cell) : cell);
    if (!Number.isNaN(time)) this.#timeCount++;
    else if (cell !== null && cell !== undefined && cell !== "") this.#badTimeCount++;
    return time;
  }

  tally(): InteractionTally {
    const hasTimes = this.#columns.time != null && this.#acceptedCount > 0;
    return {
      rowCount: this.#rowCount,
      acceptedCount: this.#acceptedCount,
      unreadableCount: this.#unreadableCount,
      firstUnreadable: this.#firstUnreadable,
      leftOutCount: this.#leftOutCount,
      firstLeftOut: this.#firstLeftOut,
      dislikeCount: this.#dislikeCount,
      missingCount: this.#missingCount,
      trimmedCount: this.#trimmedCount,
      timeCount: this.#timeCount,
      badTimeCount: this.#badTimeCount,
      firstTime: hasTimes ? this.#firstTime : null,
      lastTime: hasTimes ? this.#lastTime : null,
      rejected: this.#rejected,
      reasons: [...this.#reasons],
      weights: this.#weigher.range.state(),
    };
  }
}
