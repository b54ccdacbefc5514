/** The parts of a request's address: what the path names, and its query. */
import type { HonoRequest } from "hono";
import type * as z from "zod";
import { decodedPart } from "#contract/address-escapes.ts";
import type { ValidationProblem } from "#contract/inference.ts";
import { ServingError } from "./errors.ts";
import { parsePart } from "./validation.ts";

const BROKEN = "The escape is broken: a percent sign and two hexadecimal digits stand for a byte of UTF-8";

/** Throws a 422 `ServingError` if a part of the path has a broken escape. @param name Of the part. */
export function refuseBrokenPath(request: HonoRequest, name: string): void {
  const [address = ""] = request.url.split(/[?#]/, 1);
  if (decodedPart(address) !== null) return;
  throw new ServingError(422, [
    { type: "value_error", loc: ["path", name], msg: BROKEN, input: request.param(name) ?? null },
  ]);
}

/** The query by its schema. Throws a 422 `ServingError` that names every wrong field, also one that is there twice. */
export function parseQuery<Schema extends z.ZodType>(request: HonoRequest, schema: Schema): z.output<Schema> {
  return parsePart(schema, queryOf(request.url), "query");
}

function queryOf(url: string): Record<string, string> {
  const from = url.indexOf("?");
  if (from < 0) return {};
  const [text = ""] = url.slice(from + 1).split("#", 1);
  const fields = new Map<string, string>();
  const problems: ValidationProblem[] = [];
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const [name, value] = splitPair(pair);
    const msg =
      value.decoded === null ? BROKEN : fields.has(name) ? "The field is there more than once" : null;
    if (msg === null) fields.set(name, value.decoded ?? "");
    else problems.push({ type: "value_error", loc: ["query", name], msg, input: value.decoded ?? value.raw });
  }
  if (problems.length > 0) throw new ServingError(422, problems);
  return Object.fromEntries(fields);
}

/** A name that cannot be decoded is shown as it is. */
function splitPair(pair: string) {
  const [name = "", ...rest] = pair.replaceAll("+", " ").split("=");
  const raw = rest.join("=");
  const decodedName = decodedPart(name);
  return [decodedName ?? name, { raw, decoded: decodedName === null ? null : decodedPart(raw) }] as const;
}
