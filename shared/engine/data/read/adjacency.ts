/**
 * Adjacency lists, the format of published benchmarks of graph recommenders: a line for each user, `user item item …`, separated
 * by blanks or tabs. Lists have no order unless the caller says so.
 */

import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { MAX_ID_LENGTH } from "#contract/limits.ts";
import { shorten } from "#reading/column-names.ts";
import { EngineError } from "../../engine-error.ts";
import { openBytes } from "./byte-blocks.ts";
import { type FileSource, MAX_RECORD_BYTES, type ReadOptions, tooLong } from "./source.ts";
import { textBlocks } from "./text-blocks.ts";

/** Takes one user's item; `position` counts from 0 within the line. */
export type TakeListed = (user: string, item: string, position: number) => void;

export interface AdjacencySummary {
  readonly lineCount: number;
  /** Users with an empty list. */
  readonly emptyCount: number;
}

/** Streams the lists of a file. Throws BAD_DATA that names an impossible line, EMPTY_DATA when no list has an item. */
export async function readAdjacency(
  source: FileSource,
  options: ReadOptions,
  take: TakeListed,
): Promise<AdjacencySummary> {
  const opened = await openBytes(source, options);
  const reader = new AdjacencyReader(source.name, take);
  for await (const block of textBlocks(source.name, opened.blocks, opened.isGzip)) {
    reader.push(block.text);
    await options.breathe();
  }
  return reader.end();
}

class AdjacencyReader {
  readonly #name: string;
  readonly #take: TakeListed;
  #carry = "";
  #line = 1;
  #lineCount = 0;
  #emptyCount = 0;
  #firstText = "";

  constructor(name: string, take: TakeListed) {
    this.#name = name;
    this.#take = take;
  }

  push(text: string): void {
    const lines = (this.#carry + text).split("\n");
    this.#carry = lines.pop() as string;
    for (const line of lines) this.#read(line);
    if (this.#carry.length > MAX_RECORD_BYTES) throw tooLong(this.#name, this.#line);
  }

  end(): AdjacencySummary {
    this.#read(this.#carry);
    if (this.#lineCount === 0) throw new EngineError("EMPTY_DATA", EMPTY_FILE_TEXT);
    if (this.#emptyCount === this.#lineCount) {
      throw new EngineError(
        "EMPTY_DATA",
        `${this.#name} lists no items: an adjacency line is "user item item …", the first one is "${shorten(this.#firstText)}".`,
      );
    }
    return { lineCount: this.#lineCount, emptyCount: this.#emptyCount };
  }

  #read(line: string): void {
    const ids = line.split(/[ \t\r]+/).filter((id) => id !== "");
    const [user, ...items] = ids;
    const number = this.#line++;
    if (user === undefined) return;
    const tooLongId = ids.find((id) => id.length > MAX_ID_LENGTH);
    if (tooLongId !== undefined) {
      throw new EngineError(
        "BAD_DATA",
        `${this.#name}: line ${number} has an id of ${tooLongId.length} characters ("${shorten(tooLongId)}").`,
      );
    }
    if (this.#lineCount++ === 0) this.#firstText = line;
    if (items.length === 0) this.#emptyCount++;
    for (const [position, item] of items.entries()) this.#take(user, item, position);
  }
}
