/** What callers of the model registry look for: MLflow's language of filters and orders, over the fields that Edgewise has. */

/** A field that a filter or an order names, and its value in a row. */
export type Fields<Row> = Readonly<Record<string, (row: Row) => string | number>>;

export interface SearchRequest {
  /** Conditions such as `name = 'x'` or `name LIKE 'project-%'`, joined by AND; empty for all rows. */
  readonly filter: string;
  /** Fields, each with ASC (the default) or DESC. */
  readonly orderBy: readonly string[];
  readonly limit: number;
  /** From the page before; empty for the first page. */
  readonly pageToken: string;
}

export interface SearchPage<Row> {
  readonly rows: readonly Row[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** A filter, an order or a page token that nobody can follow; the message names it. */
export class UnusableSearch extends Error {}

/** Rows that fit the filter, in the wanted order; rows that are equal in it keep theirs. Throws `UnusableSearch`. */
export function searchRows<Row>(
  rows: readonly Row[],
  fields: Fields<Row>,
  { filter, orderBy, limit, pageToken }: SearchRequest,
): SearchPage<Row> {
  const conditions = conditionsOf(filter, fields);
  const orders = orderBy.map((text) => orderOf(text, fields));
  const start = startOf(pageToken);
  const found = rows
    .filter((row) => conditions.every((fits) => fits(row)))
    .sort((a, b) => orders.reduce((sign, order) => sign || order(a, b), 0));
  const end = start + limit;
  return { rows: found.slice(start, end), nextPageToken: end < found.length ? String(end) : "" };
}

type Condition<Row> = (row: Row) => boolean;

/** A name, perhaps in quotes; an operator; a value in quotes, or digits. Sticky: the next condition begins where this one ends. */
const CONDITION =
  /\s*((?:(?:tags?|attributes?)\.)?(?:[\w.]+|`[^`]*`|"[^"]*"))\s*(!=|=|LIKE\b|ILIKE\b)\s*('[^']*'|"[^"]*"|\d+)\s*/iy;
const AND = /AND\b/iy;

function conditionsOf<Row>(filter: string, fields: Fields<Row>): Condition<Row>[] {
  if (filter.trim() === "") return [];
  const conditions: Condition<Row>[] = [];
  for (let at = 0; ; ) {
    CONDITION.lastIndex = at;
    const [whole, field = "", operator = "", value = ""] = CONDITION.exec(filter) ?? [];
    if (whole === undefined) {
      throw new UnusableSearch(
        `Invalid filter "${filter}": write conditions such as name = 'x' or name LIKE 'x%', joined by AND.`,
      );
    }
    conditions.push(conditionOf(field.replace(/["`]/g, ""), operator.toUpperCase(), unquoted(value), fields));
    at += whole.length;
    if (at === filter.length) return conditions;
    AND.lastIndex = at;
    if (!AND.test(filter)) throw new UnusableSearch(`Invalid filter "${filter}": AND is missing at ${at}.`);
    at = AND.lastIndex;
  }
}

const TAG = /^tags?\./;
/** MLflow marks prompts by this tag, and they are no models: a model counts as one where it says false. */
const PROMPT_TAG = "mlflow.prompt.is_prompt";

/** Models have no tags: no condition on one is met. */
function conditionOf<Row>(
  field: string,
  operator: string,
  value: string,
  fields: Fields<Row>,
): Condition<Row> {
  if (TAG.test(field)) {
    const isMet = field.replace(TAG, "") === PROMPT_TAG && (operator === "=") === (value === "false");
    return () => isMet;
  }
  const read = readerOf(field.replace(/^attributes?\./, ""), fields);
  const matches = matcherOf(operator, value);
  return (row) => matches(String(read(row)));
}

function matcherOf(operator: string, value: string): (text: string) => boolean {
  if (operator === "=") return (text) => text === value;
  if (operator === "!=") return (text) => text !== value;
  const source = value
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  const pattern = new RegExp(`^${source}$`, operator === "ILIKE" ? "is" : "s");
  return (text) => pattern.test(text);
}

function readerOf<Row>(field: string, fields: Fields<Row>): (row: Row) => string | number {
  const read = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (read) return read;
  throw new UnusableSearch(`Unknown field "${field}": the fields are ${Object.keys(fields).join(", ")}.`);
}

function orderOf<Row>(text: string, fields: Fields<Row>): (a: Row, b: Row) => number {
  const [, field = "", direction = "ASC"] = /^\s*["`]?(\w+)["`]?(?:\s+(ASC|DESC))?\s*$/i.exec(text) ?? [];
  if (field === "") throw new UnusableSearch(`Invalid order "${text}": write a field and ASC or DESC.`);
  const read = readerOf(field, fields);
  const sign = direction.toUpperCase() === "DESC" ? -1 : 1;
  return (a, b) => {
    const [left, right] = [read(a), read(b)];
    return left < right ? -sign : left > right ? sign : 0;
  };
}

function startOf(pageToken: string): number {
  if (/^\d{0,9}$/.test(pageToken)) return Number(pageToken);
  throw new UnusableSearch("Invalid page token: use the one of the page before.");
}

function unquoted(value: string): string {
  return /^['"]/.test(value) ? value.slice(1, -1) : value;
}
