/** Proposes the columns of user, item and time, so that nobody types column names. */
import type { HeadTable } from "#reading/head-table.ts";
import { ITEM_WORDS, USER_WORDS } from "#reading/usual-names.ts";

export interface ColumnProposal {
  readonly user: string | null;
  readonly item: string | null;
  readonly time: string | null;
}

const USER_NAME = new RegExp(`^(${USER_WORDS})`, "i");
const ITEM_NAME = new RegExp(`^(${ITEM_WORDS})`, "i");
const TIME_NAME = /(time|date|^ts$|_at$|^at$|when)/i;
/** Seconds or milliseconds since 1970, from 2001 on; or text that begins like 2024-05-01. */
const TIME_VALUE = /^(\d{10}(\.\d+)?|\d{13}|\d{4}-\d{2}-\d{2}.*|\d{9})$/;

/**
 * Names decide where there are names. Without a header, users come first and items second. No column is proposed twice.
 */
export function proposeColumns({ columns, labels, rows, hasHeader }: HeadTable): ColumnProposal {
  const free = new Set(columns);
  const take = (found: string | undefined): string | null => {
    if (found === undefined) return null;
    free.delete(found);
    return found;
  };
  const called = (pattern: RegExp) => (column: string, at: number) =>
    free.has(column) && pattern.test(labels[at] ?? "");
  const looksLikeTime = (column: string, at: number) =>
    free.has(column) && rows.length > 0 && rows.every((row) => TIME_VALUE.test(row[at] ?? ""));
  if (hasHeader === false) {
    const [user, item] = [take(columns[0]), take(columns[1])];
    return { user, item, time: take(columns.find(looksLikeTime)) };
  }
  const user = take(columns.find(called(USER_NAME)));
  const item = take(columns.find(called(ITEM_NAME)));
  const time = take(columns.find(called(TIME_NAME)) ?? columns.find(looksLikeTime));
  return { user, item, time };
}
