import type { IdMap } from "./id-map.ts";

/** Ids of the data that a table writes in another way. */
export interface IdTwins {
  /** How many, of at most 10,000 ids without a row. */
  readonly count: number;
  /** The first of them, as the data has it and as the table has it. */
  readonly first: { readonly data: string; readonly table: string } | null;
}

/** Ids without a row that are looked at, so that memory is bounded. */
const MOST_COMPARED = 10_000;
/** Ids of the table that the data do not have and that are looked at: some tens of milliseconds. */
const MOST_OF_TABLE = 50_000;

/**
 * Finds ids of the data without a row whose table has the same id in another form: with ".0" or zeros in front, in capitals, with blanks
 * around it, or with a word in front of a number ("item_12") on one side alone. Linear in both sides.
 */
export function idTwins(tableIds: IdMap, dataIds: IdMap): IdTwins {
  const wanted = new WantedIds();
  for (let index = 0, compared = 0; index < dataIds.size && compared < MOST_COMPARED; index++) {
    const id = dataIds.idAt(index);
    if (tableIds.indexOf(id) >= 0) continue;
    compared++;
    wanted.add(id);
  }
  let count = 0;
  let first: IdTwins["first"] = null;
  for (let index = 0, looked = 0; index < tableIds.size && looked < MOST_OF_TABLE; index++) {
    const table = tableIds.idAt(index);
    if (dataIds.indexOf(table) >= 0) continue;
    looked++;
    const data = wanted.take(table);
    if (data === null) continue;
    count++;
    first ??= { data, table };
  }
  return { count, first };
}

/** Ids that wait for a twin, by their plain form. */
class WantedIds {
  /** By word and number, or by the whole text. */
  readonly #whole = new Map<string, string>();
  /** Those with a word in front, by the number alone. */
  readonly #numbers = new Map<string, string>();

  add(id: string): void {
    const { word, rest } = plainForm(id);
    this.#whole.set(keyOf(word, rest), id);
    if (word !== "") this.#numbers.set(rest, id);
  }

  /** The id that another one is a form of, which waits no longer; null if there is none. Two words in front of a number are two ids. */
  take(other: string): string | null {
    const { word, rest } = plainForm(other);
    return this.#remove(this.#whole, keyOf(word, rest)) ?? this.#remove(...this.#acrossWords(word, rest));
  }

  #acrossWords(word: string, rest: string): [Map<string, string>, string] {
    return word === "" ? [this.#numbers, rest] : [this.#whole, keyOf("", rest)];
  }

  #remove(map: Map<string, string>, key: string): string | null {
    const id = map.get(key);
    if (id === undefined) return null;
    map.delete(key);
    return id;
  }
}

const keyOf = (word: string, rest: string) => `${word}\0${rest}`;

/** A word and the number after it; no word and the whole text where an id is no word and a number. */
function plainForm(id: string): { readonly word: string; readonly rest: string } {
  const text = id.normalize("NFKC").trim().toLowerCase();
  const [, word = "", digits] = /^(\D*?)0*(\d+)(?:\.0+)?$/.exec(text) ?? [];
  return digits === undefined
    ? { word: "", rest: text }
    : { word: word.replace(/[-_:#/\s]+$/, ""), rest: digits };
}
