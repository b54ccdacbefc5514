/** The things of a request's body, in its three forms: one object, a list, or lines of JSON. */
import { ServingError } from "./errors.ts";
import { parseJson, readText, shownInput } from "./validation.ts";

/** One thing of a body, not yet checked. */
export interface Received {
  readonly position: number;
  /** For lines: from 1. */
  readonly line?: number;
  /** The parsed thing. Throws a 422 `ServingError` for a line that is no JSON. */
  readonly read: () => unknown;
}

export interface ReceivedList {
  /** Whether the body is one thing, whose refusal is that of the request. */
  readonly isSingle: boolean;
  readonly list: readonly Received[];
}

/** What a body may hold. */
export interface ListForm {
  /** What it is a list of, in the singular: `event`. */
  readonly thing: string;
  /** The field that may hold the list. */
  readonly field: string;
  readonly maxBytes: number;
  readonly maxInList: number;
  readonly maxLines: number;
}

const NDJSON = /^application\/(?:x-)?(?:ndjson|jsonl|json-?lines)\b/i;

/** Throws 413 for a body or list that is too long, 422 for a body that is no JSON or is empty. */
export async function receiveList(request: Request, form: ListForm): Promise<ReceivedList> {
  const text = await readText(request, form.maxBytes);
  if (isLines(request)) {
    const lines = linesOf(text);
    if (lines.length > form.maxLines) throw tooMany(form, form.maxLines, "");
    return nonEmpty(lines, form);
  }
  const body = parseJson(text);
  const list = listOf(body, form);
  if (list === null) return { isSingle: true, list: [{ position: 0, read: () => body }] };
  if (list.length > form.maxInList) {
    const isMoreByLine = form.maxLines > form.maxInList;
    throw tooMany(form, form.maxInList, isMoreByLine ? "; send more as lines (NDJSON)" : "");
  }
  return nonEmpty(
    list.map((thing, position) => ({ position, read: () => thing })),
    form,
  );
}

function tooMany({ thing }: ListForm, most: number, advice: string): ServingError {
  return new ServingError(413, `A list has at most ${most} ${thing}s${advice}`);
}

/** The list in a body; null for one thing. */
function listOf(body: unknown, { thing, field }: ListForm): readonly unknown[] | null {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, field)) return null;
  const list = (body as Record<string, unknown>)[field];
  if (Array.isArray(list) && Object.keys(body).length === 1) return list;
  const msg = `Send one ${thing}, a list of ${thing}s, or an object with the list \`${field}\` alone`;
  throw new ServingError(422, [{ type: "value_error", loc: ["body", field], msg, input: shownInput(list) }]);
}

/** Whether a body is lines of JSON, by its type. */
export function isLines(request: Request): boolean {
  return NDJSON.test(request.headers.get("content-type") ?? "");
}

export function linesOf(text: string): Received[] {
  const lines: Received[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    lines.push({ position: lines.length, line: at + 1, read: () => parseJson(line) });
  }
  return lines;
}

function nonEmpty(list: readonly Received[], { thing }: ListForm): ReceivedList {
  if (list.length > 0) return { isSingle: false, list };
  throw new ServingError(422, [{ type: "missing", loc: ["body"], msg: `There is no ${thing}`, input: null }]);
}
