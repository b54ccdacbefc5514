/**
 * Files of sequences, the format of published benchmarks of next-item models: a line for each user or session, fields separated by
 * tabs. `user ⇥ items ⇥ days`: items separated by blanks, oldest first, and optionally as many days, of any epoch.
 */

import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { MAX_ID_LENGTH } from "#contract/limits.ts";
import { shorten } from "#reading/column-names.ts";
import { EngineError } from "../../engine-error.ts";
import { openBytes } from "./byte-blocks.ts";
import { type FileSource, MAX_RECORD_BYTES, type ReadOptions, tooLong } from "./source.ts";
import { textBlocks } from "./text-blocks.ts";

export interface SequenceLine {
  readonly id: string;
  readonly items: readonly string[];
  /** As many as items; null where the line has none. */
  readonly days: readonly number[] | null;
}

/** Streams the lines of a file; empty lines are left out. Throws BAD_DATA that names an impossible line, EMPTY_DATA when there is none. */
export async function readSequenceLines(
  source: FileSource,
  options: ReadOptions,
  take: (line: SequenceLine) => void,
): Promise<void> {
  const opened = await openBytes(source, options);
  const reader = new SequenceReader(source.name, take);
  for await (const block of textBlocks(source.name, opened.blocks, opened.isGzip)) {
    reader.push(block.text);
    await options.breathe();
  }
  reader.end();
}

class SequenceReader {
  readonly #name: string;
  readonly #take: (line: SequenceLine) => void;
  readonly #lineOf = new Map<string, number>();
  #carry = "";
  #line = 1;
  #hasDays: boolean | null = null;

  constructor(name: string, take: (line: SequenceLine) => void) {
    this.#name = name;
    this.#take = take;
  }

  push(text: string): void {
    const lines = (this.#carry + text).split("\n");
    this.#carry = lines.pop() as string;
    for (const line of lines) this.#read(line);
    if (this.#carry.length > MAX_RECORD_BYTES) throw tooLong(this.#name, this.#line);
  }

  end(): void {
    this.#read(this.#carry);
    if (this.#lineOf.size === 0) throw new EngineError("EMPTY_DATA", EMPTY_FILE_TEXT);
  }

  #read(text: string): void {
    const number = this.#line++;
    const [id = "", list, dates, ...others] = text
      .replace(/\r$/, "")
      .split("\t")
      .map((field) => field.trim());
    if (id === "" && list === undefined) return;
    if (id === "" || list === undefined || list === "" || others.length > 0) {
      throw this.#bad(
        number,
        `is no "id, tab, items" with an optional third field of days: "${shorten(text)}"`,
      );
    }
    const items = list.split(/ +/);
    const tooLongId = [id, ...items].find((one) => one.length > MAX_ID_LENGTH);
    if (tooLongId !== undefined)
      throw this.#bad(number, `has an id of ${tooLongId.length} characters ("${shorten(tooLongId)}")`);
    const earlier = this.#lineOf.get(id);
    if (earlier !== undefined) throw this.#bad(number, `repeats the id "${shorten(id)}" of line ${earlier}`);
    this.#lineOf.set(id, number);
    this.#take({ id, items, days: this.#daysOf(dates, items.length, number) });
  }

  #daysOf(dates: string | undefined, count: number, number: number): number[] | null {
    const hasDays = dates !== undefined && dates !== "";
    this.#hasDays ??= hasDays;
    if (this.#hasDays !== hasDays)
      throw this.#bad(
        number,
        hasDays ? "has days, and lines before it have none" : "has no days, and lines before it do",
      );
    if (!hasDays) return null;
    const days = dates.split(/ +/).map(Number);
    const wrong = days.findIndex((day) => !Number.isFinite(day));
    if (wrong >= 0)
      throw this.#bad(
        number,
        `has "${shorten(dates.split(/ +/)[wrong] ?? "")}" as a day, which is no number`,
      );
    if (days.length !== count) throw this.#bad(number, `has ${count} items and ${days.length} days`);
    return days;
  }

  #bad(line: number, problem: string): EngineError {
    return new EngineError("BAD_DATA", `${this.#name}: line ${line} ${problem}.`);
  }
}
