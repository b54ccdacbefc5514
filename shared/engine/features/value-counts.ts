/** Counts of all values of a column, from which its type is guessed. */
import { CATEGORY_SEPARATOR, TAG_SEPARATOR } from "../catalogue/column.ts";
import { DistinctTexts } from "./distinct-texts.ts";
import { isDate, isFlag, isNumber, listOf, numberOf, textOf } from "./read-cell.ts";
import { placeOfCell } from "./read-place.ts";
import { vectorOf } from "./read-vector.ts";

/** What can separate tags, the most certain first, with the part of the values that must contain it. */
export const TAG_SEPARATORS = [
  { separator: TAG_SEPARATOR, ratio: 0.1 },
  { separator: ";", ratio: 0.1 },
  { separator: ",", ratio: 0.3 },
];
export const SEPARATORS = [...TAG_SEPARATORS.map(({ separator }) => separator), CATEGORY_SEPARATOR];

const ADDRESS = /^(https?:\/\/|data:|www\.)/i;
const IMAGE = /^data:image\/|\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|heic)(?:[?#].*)?$/i;
const BLANK = /\s/;
const BLANKS = /\s+/;
const DIGIT = /\d/;
/** A sentence ends and another begins. Shorter words before the full stop are abbreviations: `Dr. No`, `Vol. 2`. */
const SENTENCES = /[\p{L}\p{N})"'”’]{4}[.!?…]["')”’]*\s+\S|[。！？]./u;
/** Two whole numbers may be anything; places have decimals. */
const PLACE_FORM = /^\s*[+-]?\d{1,3}\.\d+\s*,\s*[+-]?\d{1,3}\.\d+\s*$/;
/** Shorter lists of numbers are numbers of tags. */
const MIN_VECTOR_LENGTH = 8;
/** No embedding has numbers of another size; bytes of other things in base64 have. */
const VECTOR_SIZES = { least: 1e-20, most: 1e6 };

const SAMPLES = 5;
const SAMPLE_LENGTH = 100;

export class ValueCounts {
  values = 0;
  objects = 0;
  lists = 0;
  flags = 0;
  numbers = 0;
  wholeNumbers = 0;
  dates = 0;
  places = 0;
  addresses = 0;
  images = 0;
  length = 0;
  withBlank = 0;
  withDigit = 0;
  /** Values of more than one sentence. */
  withSentences = 0;
  /** Words of all texts, as blanks separate them. */
  words = 0;
  /** The largest size of all numbers. */
  farthest = 0;
  /** The first different values, shortened. */
  readonly samples: string[] = [];
  /** How many values are vectors of each length. */
  readonly #vectors = new Map<number, number>();
  readonly #distinct = new DistinctTexts();
  readonly #separated = SEPARATORS.map(noParts);

  get distinct(): number {
    return this.#distinct.count;
  }

  /**
   * The length of the vectors that more than half of the values are, and how many other values there are; null if there is none. So that one
   * broken vector does not change the type of a column.
   */
  get usualVectors(): { readonly length: number; readonly others: number } | null {
    for (const [length, count] of this.#vectors) {
      const isUsual = length >= MIN_VECTOR_LENGTH && 2 * count > this.values;
      if (isUsual) return { length, others: this.values - count };
    }
    return null;
  }

  add(cell: unknown): void {
    this.values++;
    const list = listOf(cell);
    const isObject = typeof cell === "object";
    const text = isObject ? JSON.stringify(cell) : textOf(cell);
    this.#remember(text);
    this.#countVector(cell);
    if (placeOfCell(cell) && (typeof cell !== "string" || PLACE_FORM.test(cell) || cell.includes("{")))
      this.places++;
    if (list) {
      if (list.some((part) => typeof part === "object")) this.objects++;
      else this.lists++;
    } else if (isObject) this.objects++;
    else this.#countText(cell, text);
  }

  /** How many values hold a separator, all parts that it makes of the values, and how many of these are different. */
  separatedBy(separator: string): { values: number; parts: number; distinct: number } {
    const at = SEPARATORS.indexOf(separator);
    const { values, parts, distinct } = this.#separated[at] as SeparatedParts;
    return { values, parts, distinct: this.#distinct.countWith(distinct, 1 << at) };
  }

  #remember(text: string): void {
    const isNew = this.#distinct.add(text, separatorsIn(text));
    if (isNew && this.samples.length < SAMPLES) {
      this.samples.push(text.length > SAMPLE_LENGTH ? `${text.slice(0, SAMPLE_LENGTH - 1)}…` : text);
    }
  }

  #countVector(cell: unknown): void {
    const vector = vectorOf(cell);
    const hasSizes = vector?.every(
      (value) =>
        value === 0 || (Math.abs(value) >= VECTOR_SIZES.least && Math.abs(value) <= VECTOR_SIZES.most),
    );
    if (!vector || !hasSizes || vector.every((value) => value === 0)) return;
    this.#vectors.set(vector.length, (this.#vectors.get(vector.length) ?? 0) + 1);
  }

  #countText(cell: unknown, text: string): void {
    if (isFlag(cell)) this.flags++;
    if (isNumber(cell)) this.#countNumber(numberOf(cell));
    if (isDate(cell)) this.dates++;
    if (ADDRESS.test(text)) this.addresses++;
    if (IMAGE.test(text)) this.images++;
    if (BLANK.test(text)) this.withBlank++;
    if (DIGIT.test(text)) this.withDigit++;
    if (SENTENCES.test(text)) this.withSentences++;
    this.words += text.trim().split(BLANKS).length;
    this.length += text.length;
    for (const [at, separated] of this.#separated.entries()) {
      const parts = text.split(SEPARATORS[at] as string);
      separated.parts += parts.length;
      if (parts.length === 1) continue;
      separated.values++;
      for (const part of parts) separated.distinct.add(part.trim());
    }
  }

  #countNumber(value: number): void {
    this.numbers++;
    if (Number.isInteger(value)) this.wholeNumbers++;
    this.farthest = Math.max(this.farthest, Math.abs(value));
  }
}

interface SeparatedParts {
  values: number;
  parts: number;
  readonly distinct: DistinctTexts;
}

function noParts(): SeparatedParts {
  return { values: 0, parts: 0, distinct: new DistinctTexts() };
}

/** A bit for each separator that the text holds. */
function separatorsIn(text: string): number {
  return SEPARATORS.reduce((bits, separator, at) => (text.includes(separator) ? bits | (1 << at) : bits), 0);
}
