import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { FeatureType } from "#contract/feature-types.ts";
import { CATEGORY_SEPARATOR } from "../catalogue/column.ts";
import type { FeatureRow } from "./feature-row.ts";
import { longitudeNameOf } from "./read-place.ts";
import { TAG_SEPARATORS, ValueCounts } from "./value-counts.ts";

const CATEGORY_RATIO = 0.1;
/** Parts are tags or levels if each occurs this often on average; words of titles do not. */
const MEAN_USES = 2;
/** From this mean length on, in UTF-16 code units, values are prose. */
const TEXT_LENGTH = 100;
/** A column is prose, whatever separates its clauses, if more of its values than this have several sentences. */
const SENTENCES_RATIO = 0.2;
/** Tags and levels of a path have fewer words on average; clauses of a text have more. */
const WORDS_PER_PART = 4;
/** Names of columns of ids: `id`, `imdb_id`, `imdbId`. */
const CAMEL_ID = /(?:^|[^A-Za-z])[iI][dD]$|[a-z]I[dD]$/;
const CODE_NAME = /^(?:isbn|ean|sku|asin|gtin|upc|uuid|guid)[-_]?\d*$/i;
const IMAGE_NAME = /image|img|picture|photo|poster|thumb|cover|avatar|artwork/i;

/** A column with its guessed type, and what its values are. */
export interface ColumnDescription extends FeatureColumn {
  /** Rows with a value / all rows. */
  readonly filled: number;
  /** Different values; see `DistinctTexts`. */
  readonly distinct: number;
  /** The first different values, shortened. */
  readonly samples: readonly string[];
}

/**
 * Guesses what each column is from all of its values. In this order, over all values that are there:
 *  - places only: objects with lat and lon, or "35.68,139.76"   → geo
 *  - lists of numbers, or numbers in base64, more than half of
 *    them of one length ≥ 8, not all zeros                      → vector
 *  - other objects                                              → ignored
 *  - addresses of pictures only                                 → image; of the web → ignored
 *  - lists in more than half, in JSON or as the text of it      → tags
 *  - 0 and 1, or true and false, only                           → flag
 *  - different whole numbers or codes, and the name is of ids   → id
 *  - plain numbers only                                         → number
 *  - dates only                                                 → date
 *  - some with a separator, between short parts that recur, and
 *    seldom several sentences                                   → tags, category for " > "
 *  - texts of 100 characters on average                         → text
 *  - values that recur                                          → category
 *  - codes with digits                                          → ignored
 *  - others                                                     → title
 *
 * Two columns of numbers named as latitude and longitude are one place. A column without any value is ignored. The order of rows
 * changes nothing but the samples.
 */
export class ColumnGuess {
  readonly #counts = new Map<string, ValueCounts>();
  readonly #mostColumns: number;
  #rowCount = 0;

  /** @param mostColumns Names that come after as many others are not looked at: their values take memory. */
  constructor(mostColumns = Number.POSITIVE_INFINITY) {
    this.#mostColumns = mostColumns;
  }

  add(row: FeatureRow): void {
    this.#rowCount++;
    for (const [name, cell] of Object.entries(row)) {
      let counts = this.#counts.get(name);
      if (counts === undefined) {
        if (this.#counts.size >= this.#mostColumns) continue;
        counts = new ValueCounts();
        this.#counts.set(name, counts);
      }
      if (cell !== null && cell !== undefined && cell !== "") counts.add(cell);
    }
  }

  /** The columns in the order of their first rows. */
  finish(): FeatureColumn[] {
    return withPlaces(
      [...this.#counts].map(([name, counts]) => ({ name, ...typeOf(name, counts) })),
      this.#counts,
    );
  }

  /** Columns of vectors where some values are something else, and the length of the vectors. */
  mixedVectors(): { readonly name: string; readonly length: number; readonly others: number }[] {
    return this.finish().flatMap(({ name, type }) => {
      const usual = type === "vector" ? this.#counts.get(name)?.usualVectors : null;
      return usual && usual.others > 0 ? [{ name, ...usual }] : [];
    });
  }

  /** The columns of `finish`, with what their values are. */
  describe(): ColumnDescription[] {
    return this.finish().map((column) => {
      const { values, distinct, samples } = this.#counts.get(column.name) as ValueCounts;
      return { ...column, filled: values / this.#rowCount, distinct, samples: [...samples] };
    });
  }
}

type Guess = Pick<FeatureColumn, "type" | "separator">;

function typeOf(name: string, counts: ValueCounts): Guess {
  const { values, objects, addresses, images, lists, flags, numbers, dates } = counts;
  if (values === 0) return { type: "ignored" };
  if (counts.places === values) return { type: "geo" };
  if (counts.usualVectors) return { type: "vector" };
  if (objects > 0) return { type: "ignored" };
  if (images === values || (addresses === values && IMAGE_NAME.test(name))) return { type: "image" };
  if (addresses === values) return { type: "ignored" };
  if (lists > 0) return { type: 2 * lists > values ? "tags" : "ignored" };
  if (flags === values) return { type: "flag" };
  if (areIds(name, counts)) return { type: "id" };
  if (numbers === values) return { type: "number" };
  if (dates === values) return { type: "date" };
  return separatedType(counts) ?? { type: wordyType(counts) };
}

/** Ids are different in every row, and none has a fraction or a blank. */
function areIds(
  name: string,
  { values, distinct, numbers, wholeNumbers, withBlank, withDigit }: ValueCounts,
) {
  const isNamed = CAMEL_ID.test(name) || CODE_NAME.test(name);
  return (
    isNamed && distinct === values && numbers === wholeNumbers && withBlank === 0 && withDigit === values
  );
}

/** Words such as genres recur in prose too: sentences and long parts tell it from tags. */
function separatedType(counts: ValueCounts): Guess | null {
  if (counts.withSentences > SENTENCES_RATIO * counts.values) return null;
  const recurs = (separator: string, ratio: number) => {
    const { values, parts, distinct } = counts.separatedBy(separator);
    const isFrequent = values >= ratio * counts.values && values > 0;
    return isFrequent && parts >= MEAN_USES * distinct && counts.words <= WORDS_PER_PART * parts;
  };
  const tags = TAG_SEPARATORS.find(({ separator, ratio }) => recurs(separator, ratio));
  if (tags) return { type: "tags", separator: tags.separator };
  return recurs(CATEGORY_SEPARATOR, CATEGORY_RATIO)
    ? { type: "category", separator: CATEGORY_SEPARATOR }
    : null;
}

function wordyType({ values, length, distinct, withBlank, withDigit }: ValueCounts): FeatureType {
  if (length >= TEXT_LENGTH * values) return "text";
  if (values >= MEAN_USES * distinct) return "category";
  return withDigit > values / 2 && withBlank < values / 2 ? "ignored" : "title";
}

/** A column of latitudes with a column of longitudes becomes one place; the latter says nothing alone. */
function withPlaces(
  columns: readonly FeatureColumn[],
  counts: ReadonlyMap<string, ValueCounts>,
): FeatureColumn[] {
  const within = (degrees: number) =>
    columns
      .filter(({ name, type }) => type === "number" && (counts.get(name) as ValueCounts).farthest <= degrees)
      .map(({ name }) => name);
  const longitudes = within(180);
  const places = new Map<string, string>();
  for (const name of within(90)) {
    const longitude = longitudeNameOf(name, longitudes);
    if (longitude !== null) places.set(name, longitude);
  }
  const used = new Set(places.values());
  return columns.map((column): FeatureColumn => {
    const longitude = places.get(column.name);
    if (longitude !== undefined) return { name: column.name, type: "geo", longitude };
    return used.has(column.name) ? { name: column.name, type: "ignored" } : column;
  });
}
