/** Proposes the columns of user, item and time, so that nobody types column names. */
import type { HeadTable } from "./head-table.ts";
import { ITEM_WORDS, USER_WORDS } from "./usual-names.ts";

export interface ColumnProposal {
  readonly user: string | null;
  readonly item: string | null;
  readonly time: string | null;
  /** The columns of each side that are as likely as the proposed one, which is among them; empty where one is likeliest. */
  readonly unclear: { readonly user: readonly string[]; readonly item: readonly string[] };
}

export type Side = "user" | "item";

const WORDS: Readonly<Record<Side, string>> = { user: USER_WORDS, item: ITEM_WORDS };
const TIME_NAME = /(time|date|^ts$|_at$|^at$|when)/i;
/** Seconds or milliseconds since 1970, from 2001 on; or text that begins like 2024-05-01. */
const TIME_VALUE = /^(\d{10}(\.\d+)?|\d{13}|\d{4}-\d{2}-\d{2}.*|\d{9})$/;
/** Names of columns of ids, and those that belong neither to a user nor to an item. */
const ID_NAME = /(^|[ _.-])[iI][dD]s?$|[a-z]I[dD]s?$/;
const OTHER_ID = /^(session|event|order|transaction|visit|request|rating|review|row|query|category|brand)/i;

/**
 * Names decide where there are names: the words user and item first, then other words for them, then names that begin with one, then the only
 * other column of ids. Without a header, users come first and items second. No column is proposed twice.
 *
 * @param known Columns that somebody chose.
 */
export function proposeColumns(
  table: HeadTable,
  known: Readonly<Partial<Record<Side, string>>> = {},
): ColumnProposal {
  const { columns, hasHeader, labels, rows } = table;
  const chosen = [known.user, known.item].filter((column) => column !== undefined);
  const looksLikeTime = (at: number) =>
    rows.length > 0 && rows.every((row) => TIME_VALUE.test(row[at] ?? ""));
  if (hasHeader === false) {
    const left = columns.filter((column) => !chosen.includes(column));
    const user = known.user ?? left.shift() ?? null;
    const item = known.item ?? left.shift() ?? null;
    const time = left.find((column) => looksLikeTime(columns.indexOf(column))) ?? null;
    return { user, item, time, unclear: { user: [], item: [] } };
  }
  const users = known.user === undefined ? likeliest(table, "user", chosen) : [known.user];
  const items =
    known.item === undefined ? likeliest(table, "item", [...chosen, ...users.slice(0, 1)]) : [known.item];
  const user = users[0] ?? onlyOtherId(table, items);
  const item = items[0] ?? onlyOtherId(table, user === null ? [] : [user]);
  const free = columns.map((column) => column !== user && column !== item);
  const time =
    columns.find((_, at) => free[at] && TIME_NAME.test(labels[at] ?? "")) ??
    columns.find((_, at) => free[at] && looksLikeTime(at)) ??
    null;
  const several = (found: readonly string[]) => (found.length > 1 ? found : []);
  return { user, item, time, unclear: { user: several(users), item: several(items) } };
}

/** The column of the ids of a table of users or items; null if no name tells, or several do. */
export function proposeIdColumn(table: HeadTable, side: Side): string | null {
  if (table.hasHeader === false) return null;
  const [found, ...others] = likeliest(table, side, []);
  const plain = table.columns.find((_, at) => /^id$/i.test(table.labels[at] ?? ""));
  return plain ?? (found !== undefined && others.length === 0 ? found : onlyOtherId(table, []));
}

/** The columns whose names tell most that they hold the ids of a side, in their order. */
function likeliest({ columns, labels }: HeadTable, side: Side, taken: readonly string[]): string[] {
  const ranks = columns.map((column, at) =>
    taken.includes(column) ? NO_RANK : rankOf(labels[at] ?? "", side),
  );
  const best = Math.min(...ranks);
  return best === NO_RANK ? [] : columns.filter((_, at) => ranks[at] === best);
}

const NO_RANK = 9;

/** 0 for `user_id` and `user`; 1 for other words, alone or of ids; 2 for names that begin with a word. */
function rankOf(label: string, side: Side): number {
  const ids = (words: string) => new RegExp(`^(${words})s?([ _.-]?(ids?|no|nr|number|key|code))?$`, "i");
  if (ids(side).test(label)) return 0;
  if (ids(WORDS[side]).test(label)) return 1;
  return new RegExp(`^(${WORDS[side]})`, "i").test(label) ? 2 : NO_RANK;
}

/** The one column of ids that is not taken, nor of sessions, events or orders; null if there are more or none. */
function onlyOtherId({ columns, labels }: HeadTable, taken: readonly string[]): string | null {
  const found = columns.filter((column, at) => {
    const label = labels[at] ?? "";
    return !taken.includes(column) && ID_NAME.test(label) && !OTHER_ID.test(label);
  });
  return found.length === 1 ? (found[0] as string) : null;
}
