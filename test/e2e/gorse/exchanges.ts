/** Recorded exchanges with Gorse's HTTP API, as the lines that `replay` sends. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "../replay/transcript.ts";

/** An exchange as the files have it. `<timestamp>`, `<number>` and `<cursor>` stand for values that change. */
export interface Exchange {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly request_headers?: Readonly<Record<string, string | null>>;
  readonly request_body?: unknown;
  /** Null where the server closed the connection. */
  readonly status: number | null;
  readonly response_body: unknown;
}

export interface Reading {
  readonly group: string;
  /** Of the first line. */
  readonly seq: number;
  readonly key: string;
  /** Epoch milliseconds: items are of the minutes after it, by the number in their id. */
  readonly since: number;
}

/** A file of lines of JSON. */
export function readExchanges(folder: string, name: string): Exchange[] {
  const lines = readFileSync(join(folder, `${name}.jsonl`), "utf8").split("\n");
  return lines.flatMap((text) => (text.trim() === "" ? [] : [JSON.parse(text) as Exchange]));
}

export function toLines(exchanges: readonly Exchange[], reading: Reading): Line[] {
  return exchanges.map((exchange, at) => toLine(exchange, at, reading));
}

const JSON_TYPE = { "Content-Type": "application/json" };
const CURSOR = { capture: { cursor: "Cursor" } };

function toLine(exchange: Exchange, at: number, { group, seq, key, since }: Reading): Line {
  const { name, method, path, query = {}, request_headers: given = {}, status } = exchange;
  const body = withTimes(exchange.request_body ?? null, since);
  // The client's own run does not say what its wrong key was.
  const ownKey = name.startsWith("wrong key") ? "wrong" : key;
  const headers = { "X-API-Key": ownKey, ...(body !== null && JSON_TYPE), ...given };
  const expected = formOf(exchange.response_body);
  return {
    ...{ seq: seq + at, name, group, method, path, status: status ?? 0 },
    query: mapped(query, (value) => (value === "<cursor>" ? "{cursor}" : value)) as Line["query"] & object,
    request_headers: Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
    request_body: typeof body === "string" ? { "<raw>": body } : body,
    response_body: isRanking(path) ? ranking(expected) : expected,
    ...(typeof expected === "object" && expected !== null && "Cursor" in expected && CURSOR),
    ...(status === null && { defect: "the server closes the connection" }),
  };
}

/** Whether a model chooses what is listed: another model need not choose the same. */
function isRanking(path: string): boolean {
  return /^\/api\/(recommend|session|collaborative-filtering|item\/[^/]+\/neighbors|item-to-item)\b/.test(
    path,
  );
}

/** A list of the same length and form. */
function ranking(expected: unknown): unknown {
  if (!Array.isArray(expected)) return expected;
  return expected.map((one) => (typeof one === "string" ? "<text>" : { Id: "<text>", Score: "<float>" }));
}

const FORMS: Readonly<Record<string, string>> = {
  ...{ "<timestamp>": "<datetime>", "<number>": "<float>", "<cursor>": "<text>" },
};

function formOf(value: unknown): unknown {
  return mapped(value, (text) => FORMS[text] ?? text);
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => mapped(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapped(one, change)]));
}

/** The request with times: an item is the newer the higher its number is. */
function withTimes(body: unknown, since: number): unknown {
  if (Array.isArray(body)) return body.map((one) => withTimes(one, since));
  if (typeof body !== "object" || body === null) return body;
  const { ItemId, FeedbackType } = body as { ItemId?: string; FeedbackType?: string };
  const number = FeedbackType === undefined ? Number(/\d+$/.exec(ItemId ?? "")?.[0] ?? 0) : 0;
  const time = new Date(since + number * 60_000).toISOString();
  return mapped(body, (text) => (text === "<timestamp>" ? time : text));
}
