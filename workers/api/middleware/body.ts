/** Request bodies: JSON or forms, of limited size, checked against a schema of the contract. */
import type { z } from "zod";
import { MAX_JSON_BODY_BYTES } from "#contract/limits.ts";
import { AppError, FieldError, fieldError } from "#services/app-error.ts";
import type { ApiContext } from "./context.ts";
import { boundaryOf, formParts } from "./multipart.ts";
import { parseJson } from "./parse-json.ts";

/**
 * `create`: all required fields. `replace`: these too, but absent fields keep their values. `patch`: only the fields in the body.
 */
export type BodyMode = "create" | "replace" | "patch";

function mediaType(c: ApiContext): string {
  return (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

export function unsupportedMediaType(c: ApiContext): AppError {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim() ?? "";
  return new AppError("unsupported_media_type", `Unsupported media type "${type}" in request.`);
}

/** The whole body. Throws `too_large` for one of more than 1 MB. */
export async function readLimited(c: ApiContext): Promise<Uint8Array> {
  const tooLarge = () =>
    new AppError("too_large", `Request bodies have at most ${MAX_JSON_BODY_BYTES} bytes.`);
  if (Number(c.req.header("content-length") ?? 0) > MAX_JSON_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      length += chunk.length;
      if (length > MAX_JSON_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    // Reading fails only if the sender stops, or sends what is no HTTP.
    throw error instanceof AppError ? error : new AppError("bad_request", "The request's body broke off.");
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The raw body as a value: an object for forms, anything for JSON, an empty object where there is none. */
async function readBody(c: ApiContext): Promise<unknown> {
  const bytes = await readLimited(c);
  if (bytes.length === 0) return {};
  switch (mediaType(c)) {
    case "application/json":
      return parseJson(bytes);
    case "application/x-www-form-urlencoded":
      return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes)));
    case "multipart/form-data":
      return textFields(bytes, boundaryOf(c.req.header("content-type") ?? "") ?? "");
    default:
      throw unsupportedMediaType(c);
  }
}

/** The fields of a form; files are left out. */
async function textFields(bytes: Uint8Array, boundary: string): Promise<Record<string, string>> {
  const fields: [string, string][] = [];
  for await (const part of formParts(streamOf(bytes), boundary)) {
    const decoder = new TextDecoder();
    let value = "";
    for await (const chunk of part.bytes) value += decoder.decode(chunk, { stream: true });
    if (part.filename === null) fields.push([part.name, value + decoder.decode()]);
  }
  return Object.fromEntries(fields);
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

function refuseNonObject(raw: unknown): asserts raw is Record<string, unknown> {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return;
  const names: Record<string, string> = { string: "str", number: "int", boolean: "bool" };
  const type = Array.isArray(raw) ? "list" : (names[typeof raw] ?? "NoneType");
  throw fieldError("non_field_errors", `Invalid data. Expected a dictionary, but got ${type}.`);
}

const UNKNOWN_TEXT = "There is no such field.";

/** All problems of a body, by field. */
export function toFieldError(error: z.ZodError): FieldError {
  const problems = error.issues.flatMap((issue): [string, string][] => {
    const [field] = issue.path;
    if (field !== undefined) return [[String(field), issue.message]];
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [key, UNKNOWN_TEXT]);
    return [["non_field_errors", issue.message]];
  });
  const fields = new Map<string, string[]>();
  for (const [field, message] of problems) fields.set(field, [...(fields.get(field) ?? []), message]);
  // An unknown field may have any name, also `__proto__`.
  return new FieldError(Object.fromEntries(fields));
}

/** Checks a query. */
export function parseQuery<S extends z.ZodType>(
  query: Readonly<Record<string, string>>,
  schema: S,
): z.output<S> {
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw toFieldError(parsed.error);
  return parsed.data;
}

/** A body without the fields that an answer has, and nobody sets. */
async function readFields(c: ApiContext, readOnly: readonly string[]): Promise<Record<string, unknown>> {
  const raw = await readBody(c);
  refuseNonObject(raw);
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !readOnly.includes(name)));
}

/**
 * Reads and checks the body of a creation. A strict schema refuses unknown fields.
 *
 * @param readOnly  Fields of answers, which a body may send back; they are ignored.
 */
export async function parseBody<S extends z.ZodObject>(
  c: ApiContext,
  schema: S,
  readOnly: readonly string[] = [],
): Promise<z.output<S>> {
  const raw = await readFields(c, readOnly);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw toFieldError(parsed.error);
  return parsed.data;
}

/** Reads and checks the body of a change; returns only fields that were sent. */
export async function parseChanges<S extends z.ZodObject>(
  c: ApiContext,
  schema: S,
  mode: "replace" | "patch",
  readOnly: readonly string[] = [],
): Promise<Partial<z.output<S>>> {
  const raw = await readFields(c, readOnly);
  const sent = Object.keys(schema.shape).filter((name) => raw[name] !== undefined);
  const mask = Object.fromEntries(sent.map((name) => [name, true as const]));
  const checked = mode === "patch" ? schema.pick(mask as never) : schema;
  const parsed = checked.safeParse(raw);
  if (!parsed.success) throw toFieldError(parsed.error);
  const entries = Object.entries(parsed.data as Record<string, unknown>).filter(([name]) => name in mask);
  return Object.fromEntries(entries) as Partial<z.output<S>>;
}
