/**
 * The features that the rows of a table can have, learned from all of its rows. It is part of a model, so that a new item or user
 * gets the same features at the edge as in training. What it has never seen adds nothing.
 */

import type { FeatureColumn } from "#contract/feature-columns.ts";
import { CATEGORY_SEPARATOR, TAG_SEPARATOR } from "../catalogue/column.ts";
import type { IdMap } from "../data/id-map.ts";
import type { FeatureVector } from "../data/side-features.ts";
import type { FeatureRow } from "./feature-row.ts";
import { dateOf, isOn, numberOf, tagsOf, textOf } from "./read-cell.ts";
import { cellsOf, placeOf } from "./read-place.ts";
import { directionOf } from "./read-vector.ts";
import { wordsOf } from "./words.ts";

export interface FeatureSpace {
  /** In an order that the order of columns does not change. */
  readonly blocks: readonly FeatureBlock[];
  /** The number of features. */
  readonly size: number;
}

export type FeatureBlock = KeyBlock | ScaleBlock | VectorBlock;

/** Words, values, cells of the globe, or pairs of tags, each a feature. */
export interface KeyBlock {
  readonly kind: "keys";
  /** One column, or all flags. */
  readonly columns: readonly FeatureColumn[];
  readonly keys: IdMap;
  /** ln((1 + rows) / (1 + rows with the key)) + 1 of each key. */
  readonly idf: Float32Array;
  /** Whether two tags of a row are a feature as well. */
  readonly hasPairs: boolean;
}

/** A number or date: its distance from the mean in standard deviations, and its place between the centres of bins. */
export interface ScaleBlock {
  readonly kind: "scale";
  readonly columns: readonly FeatureColumn[];
  readonly mean: number;
  /** Above 0. */
  readonly deviation: number;
  /** Ascending, at least one. */
  readonly centres: Float64Array;
}

/** A column of embeddings. It makes no features: a row has its vector beside them. */
export interface VectorBlock {
  readonly kind: "vector";
  /** One. */
  readonly columns: readonly FeatureColumn[];
  /** Numbers of a vector; those of another length count as nothing known. */
  readonly width: number;
}

/** Numbers farther from the mean, in standard deviations, count as this far. */
const FARTHEST = 3;
/** Stands between the tags of a pair. `textOf` leaves no control characters, so no tag contains it. */
export const PAIR_MARK = "\u001f";

export function sizeOfBlock(block: FeatureBlock): number {
  if (block.kind === "vector") return 0;
  return block.kind === "keys" ? block.keys.size : 1 + block.centres.length;
}

/** The features of a row: the same in training and in serving. */
export function encodeRow(space: FeatureSpace, row: FeatureRow): FeatureVector {
  const entries: Entries = { indices: [], values: [] };
  let offset = 0;
  for (const block of space.blocks) {
    if (block.kind === "keys") addKeys(block, row, offset, entries);
    else if (block.kind === "scale") addPlace(block, row, offset, entries);
    offset += sizeOfBlock(block);
  }
  const vector = vectorOfRow(space, row);
  return {
    indices: new Uint32Array(entries.indices),
    values: new Float32Array(entries.values),
    ...(vector && { vector }),
  };
}

/** Ascending by index, as blocks are visited in their order and add theirs in order. */
interface Entries {
  readonly indices: number[];
  readonly values: number[];
}

/** The widths of the columns of vectors, in their order. */
export function widthsOf({ blocks }: FeatureSpace): number[] {
  return blocks.flatMap((block) => (block.kind === "vector" ? [block.width] : []));
}

/** Null if the row has no vector of the space. */
function vectorOfRow(space: FeatureSpace, row: FeatureRow): Float32Array | null {
  const blocks = space.blocks.filter((block) => block.kind === "vector");
  const parts = blocks.map(({ columns: [column], width }) => {
    const found = directionOf(row[(column as FeatureColumn).name]);
    return found?.length === width ? found : null;
  });
  if (parts.every((part) => part === null)) return null;
  const whole = new Float32Array(blocks.reduce((sum, { width }) => sum + width, 0));
  let from = 0;
  for (const [at, { width }] of blocks.entries()) {
    const part = parts[at];
    if (part) whole.set(part, from);
    from += width;
  }
  return whole;
}

/** The keys of a row in a block, with how often each occurs. */
export function keysOf(
  columns: readonly FeatureColumn[],
  row: FeatureRow,
  hasPairs: boolean,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const column of columns) {
    for (const key of keysOfColumn(column, row)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (!hasPairs) return counts;
  const tags = [...counts.keys()].sort();
  for (const [at, tag] of tags.entries()) {
    for (const other of tags.slice(at + 1)) counts.set(tag + PAIR_MARK + other, 1);
  }
  return counts;
}

/** The number of a cell of a numeric column; NaN if nothing is known. */
export function scaleValue(column: FeatureColumn, row: FeatureRow): number {
  const cell = row[column.name];
  return column.type === "date" ? dateOf(cell) : numberOf(cell);
}

function keysOfColumn(column: FeatureColumn, row: FeatureRow): string[] {
  const { name, type, separator } = column;
  const cell = row[name];
  switch (type) {
    case "title":
    case "text":
      return wordsOf(textOf(cell));
    case "tags":
      return tagsOf(cell, separator ?? TAG_SEPARATOR);
    case "flag":
      return isOn(cell) ? [textOf(name)] : [];
    case "category":
      return pathsOf(textOf(cell), separator ?? CATEGORY_SEPARATOR);
    case "geo": {
      const place = placeOf(column, row);
      return place ? cellsOf(place) : [];
    }
    default:
      return [];
  }
}

/** `Books > Crime` belongs to `Books` and to `Books > Crime`. */
function pathsOf(text: string, separator: string): string[] {
  const levels = text
    .split(separator)
    .map((level) => level.trim())
    .filter((level) => level !== "");
  return levels.map((_, at) => levels.slice(0, at + 1).join(separator));
}

/** Words are weighted by (1 + ln count) · idf and have length 1 together; other keys have value 1. */
function addKeys(block: KeyBlock, row: FeatureRow, offset: number, { indices, values }: Entries): void {
  const found = knownKeys(block, row);
  const { columns, idf } = block;
  const isWords = columns.some(({ type }) => type === "title" || type === "text");
  const first = values.length;
  let squares = 0;
  for (let at = 0; at < found.length; ) {
    const index = found[at] as number;
    const from = at;
    while (found[at] === index) at++;
    const value = isWords ? (1 + Math.log(at - from)) * (idf[index] as number) : 1;
    squares += value * value;
    indices.push(offset + index);
    values.push(value);
  }
  if (!isWords) return;
  const length = Math.sqrt(squares);
  for (let at = first; at < values.length; at++) values[at] = (values[at] as number) / length;
}

/** The keys of a row that the block knows, ascending; one that occurs twice is there twice. */
function knownKeys({ columns, keys, hasPairs }: KeyBlock, row: FeatureRow): Uint32Array | number[] {
  const found: number[] = [];
  const add = (key: string) => {
    const index = keys.indexOf(key);
    if (index >= 0) found.push(index);
  };
  if (hasPairs) for (const key of keysOf(columns, row, true).keys()) add(key);
  else for (const column of columns) keysOfColumn(column, row).forEach(add);
  return found.length > 1 ? new Uint32Array(found).sort() : found;
}

/** A number between two centres belongs to both, the more to the nearer one; one outside belongs to the last. */
function addPlace(block: ScaleBlock, row: FeatureRow, offset: number, { indices, values }: Entries): void {
  const value = scaleValue(block.columns[0] as FeatureColumn, row);
  if (Number.isNaN(value)) return;
  const { centres, mean, deviation } = block;
  const add = (index: number, share: number) => {
    indices.push(offset + index);
    values.push(share);
  };
  const distance = Math.max(-FARTHEST, Math.min(FARTHEST, (value - mean) / deviation));
  if (Math.abs(distance) > 1e-6) add(0, distance);
  const above = centres.findIndex((centre) => centre >= value);
  if (above <= 0) {
    add(above < 0 ? centres.length : 1, 1);
    return;
  }
  const [low = 0, high = 0] = centres.subarray(above - 1, above + 1);
  const share = (value - low) / (high - low);
  if (share < 1) add(above, 1 - share);
  if (share > 0) add(above + 1, share);
}
