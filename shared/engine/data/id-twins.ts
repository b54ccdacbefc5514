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
 * around it, or with a word in front of a number ("item_12"). Linear in both sides.
 */
export function idTwins(tableIds: IdMap, dataIds: IdMap): IdTwins {
  const wanted = new Map<string, string[]>();
  let compared = 0;
  for (let index = 0; index < dataIds.size && compared < MOST_COMPARED; index++) {
    const id = dataIds.idAt(index);
    if (tableIds.indexOf(id) >= 0) continue;
    compared++;
    const form = plainForm(id);
    wanted.set(form, [...(wanted.get(form) ?? []), id]);
  }
  let count = 0;
  let first: IdTwins["first"] = null;
  for (let index = 0, looked = 0; index < tableIds.size && looked < MOST_OF_TABLE; index++) {
    const table = tableIds.idAt(index);
    if (dataIds.indexOf(table) >= 0) continue;
    looked++;
    const form = plainForm(table);
    const data = (wanted.get(form) ?? []).find((id) => areTwins(id, table));
    if (data === undefined) continue;
    wanted.delete(form);
    count++;
    first ??= { data, table };
  }
  return { count, first };
}

/** Two words in front of the same number are two ids. */
function areTwins(a: string, b: string): boolean {
  const [wordA, wordB] = [wordBefore(a), wordBefore(b)];
  return wordA === wordB || wordA === "" || wordB === "";
}

const trimmed = (id: string) => id.normalize("NFKC").trim().toLowerCase();

/** What stands before a number at the end; empty where the id is no word and a number. */
function wordBefore(id: string): string {
  return /^(\D*[^\d\s.])\d+(\.0+)?$/.exec(trimmed(id))?.[1]?.replace(/[-_:#/]+$/, "") ?? "";
}

function plainForm(id: string): string {
  const text = trimmed(id);
  const [, digits] = /^\D*?0*(\d+)(?:\.0+)?$/.exec(text) ?? [];
  return digits ?? text;
}
