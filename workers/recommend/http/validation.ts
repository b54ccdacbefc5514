import type { z } from "zod";
import type { ValidationProblem } from "#contract/inference.ts";
import { jsonProblem } from "#contract/json-bounds.ts";
import { MAX_JSON_BODY_BYTES } from "#contract/limits.ts";
import { WHOLE_NUMBER_TEXT } from "#contract/query-number.ts";
import { ServingError } from "./errors.ts";

type Place = "body" | "query" | "path";

/**
 * Parses a part of a request. Throws a 422 `ServingError` that names every wrong field.
 *
 * @param within Where `input` lies in that part.
 */
export function parsePart<T extends z.ZodType>(
  schema: T,
  input: unknown,
  place: Place,
  within: readonly (string | number)[] = [],
): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, input, place));
  throw new ServingError(
    422,
    problems.map(({ loc: [first = place, ...rest], ...problem }) => ({
      ...problem,
      loc: [first, ...within, ...rest],
    })),
  );
}

function problemsOf(issue: z.core.$ZodIssue, whole: unknown, place: Place): ValidationProblem[] {
  if (issue.code !== "unrecognized_keys") return [detailOf(issue, whole, place)];
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  return issue.keys.map((key) => ({
    type: "extra_forbidden",
    loc: [place, ...path, key],
    msg: "Extra inputs are not permitted",
    input: shownInput(valueAt(whole, [...issue.path, key])),
  }));
}

/** A whole number in a path or query, where everything is text. */
export function parseWhole(text: string, place: Place, name: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  const msg = "Input should be a valid integer, unable to parse string as an integer";
  throw new ServingError(422, [{ type: "int_parsing", loc: [place, name], msg, input: text }]);
}

// Fatal: a byte that is no UTF-8 would become a mark, and ids that differ in it one.
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * The text of a body. Throws a 413 `ServingError` once it is longer than allowed, without reading on, a 400 for a body that breaks off
 * and a 422 for one that is no UTF-8.
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > maxBytes) throw bodyTooLarge(maxBytes);
  if (request.body === null) return "";
  // HTTP limits a body to its declared length, so nothing needs to be counted.
  const bytes = await whileSent(declared === null ? limitedBytes(request.body, maxBytes) : request.bytes());
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ServingError(422, [
      { type: "json_invalid", loc: ["body"], msg: "The body is not UTF-8", input: null },
    ]);
  }
}

async function limitedBytes(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw bodyTooLarge(maxBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Reading fails only if the sender stops, or sends what is no HTTP: nothing else is between them. */
async function whileSent(reading: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof ServingError ? error : new ServingError(400, "The request's body broke off");
  }
}

function bodyTooLarge(maxBytes: number): ServingError {
  return new ServingError(413, `Request body is larger than ${maxBytes} bytes`);
}

/** Reads a JSON body. Throws a 422 `ServingError` when it is absent or malformed, a 413 when it is too long. */
export async function readJson(request: Request): Promise<unknown> {
  return parseJson(await readText(request, MAX_JSON_BODY_BYTES));
}

/** Throws a 422 `ServingError` for a text that is empty or no JSON. */
export function parseJson(text: string): unknown {
  if (text === "") {
    throw new ServingError(422, [{ type: "missing", loc: ["body"], msg: "Field required", input: null }]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const ctx = { error: error instanceof Error ? error.message : String(error) };
    throw new ServingError(422, [
      { type: "json_invalid", loc: ["body", 1], msg: "JSON decode error", input: {}, ctx },
    ]);
  }
}

function detailOf(issue: z.core.$ZodIssue, whole: unknown, place: Place): ValidationProblem {
  const loc = [place, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const found = valueAt(whole, issue.path);
  if (found === undefined) {
    const msg = issue.code === "custom" ? issue.message : "Field required";
    return { type: "missing", loc, msg, input: shownInput(whole) };
  }
  const input = shownInput(found);
  if (issue.code === "too_small" || issue.code === "too_big") return boundDetail(issue, loc, input);
  if (issue.code === "invalid_type") return typeDetail(issue, loc, input);
  return { type: "value_error", loc, msg: issue.message, input };
}

/** The input for the answer; null for input that is too deep or too long for an answer. */
export function shownInput(input: unknown): unknown {
  return jsonProblem(input) === null ? input : null;
}

function boundDetail(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  loc: ValidationProblem["loc"],
  input: unknown,
): ValidationProblem {
  const isSmall = issue.code === "too_small";
  const bound = Number(isSmall ? issue.minimum : issue.maximum);
  if (typeof input !== "number" && !(typeof input === "string" && /^-?\d+$/.test(input))) {
    return { type: "value_error", loc, msg: issue.message, input };
  }
  const msg = `Input should be ${isSmall ? "greater" : "less"} than or equal to ${bound}`;
  const type = isSmall ? "greater_than_equal" : "less_than_equal";
  return { type, loc, msg, input, ctx: { [isSmall ? "ge" : "le"]: bound } };
}

function typeDetail(
  { expected, message }: z.core.$ZodIssueInvalidType,
  loc: ValidationProblem["loc"],
  input: unknown,
): ValidationProblem {
  if (expected === "string")
    return { type: "string_type", loc, msg: "Input should be a valid string", input };
  if (expected === "int" || message === WHOLE_NUMBER_TEXT) return numberDetail("int", "integer", loc, input);
  if (expected === "number") return numberDetail("float", "number", loc, input);
  return { type: `${expected}_type`, loc, msg: `Input should be a valid ${expected}`, input };
}

function numberDetail(
  type: "int" | "float",
  name: string,
  loc: ValidationProblem["loc"],
  input: unknown,
): ValidationProblem {
  const isText = typeof input === "string";
  const why = isText ? `, unable to parse string as ${name === "integer" ? "an" : "a"} ${name}` : "";
  return {
    type: `${type}_${isText ? "parsing" : "type"}`,
    loc,
    msg: `Input should be a valid ${name}${why}`,
    input,
  };
}

function valueAt(whole: unknown, path: readonly PropertyKey[]): unknown {
  let value = whole;
  for (const part of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
