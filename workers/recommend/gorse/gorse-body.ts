/** Bodies of Gorse's addresses: JSON, with the refusals that its clients get. Fields that nobody knows are ignored. */
import * as z from "zod";
import { MAX_BULK_BODY_BYTES } from "#contract/limits.ts";
import { parseTime } from "#engine/data/read/parse-time.ts";
import { readText } from "../http/validation.ts";
import { GorseError } from "./gorse-error.ts";

const text = z.string().nullish();

export const userBody = z.object({ UserId: z.string(), Labels: z.unknown().optional(), Comment: text });
export const userPatch = userBody.omit({ UserId: true });
export const itemBody = z.object({
  ItemId: z.string(),
  IsHidden: z.boolean().nullish(),
  Categories: z.array(z.string()).nullish(),
  Timestamp: text,
  Labels: z.unknown().optional(),
  Comment: text,
});
export const itemPatch = itemBody.omit({ ItemId: true });
export const feedbackBody = z.object({
  FeedbackType: z.string(),
  UserId: z.string(),
  ItemId: z.string(),
  Value: z.number().nullish(),
  Timestamp: text,
  Updated: text,
  Comment: text,
});
export type UserBody = z.output<typeof userBody>;
export type ItemBody = z.output<typeof itemBody>;
export type ItemPatch = z.output<typeof itemPatch>;
export type FeedbackBody = z.output<typeof feedbackBody>;

/** The names of the fields' types in the refusals. */
const GO_TYPES: Readonly<Record<string, string>> = {
  ...{ Value: "float64", IsHidden: "bool", Categories: "[]string" },
};

/** A whole body. Throws a `GorseError` of status 400 or 415, and a 413 `ServingError`. @param name What Gorse calls it. */
export async function readBody<T extends z.ZodType>(
  request: Request,
  schema: T,
  name: string,
): Promise<z.output<T>> {
  if (!/^application\/(?:[\w.+-]*\+)?json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new GorseError(415, "415: Unsupported Media Type");
  }
  const parsed = schema.safeParse(parsedJson(await readText(request, MAX_BULK_BODY_BYTES)));
  if (parsed.success) return parsed.data;
  throw new GorseError(400, problemOf(parsed.error.issues, name));
}

function parsedJson(body: string): unknown {
  if (body.trim() === "") throw new GorseError(400, "EOF");
  try {
    return JSON.parse(body, undefined);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? Number.NaN);
    const isCut = /end of JSON/.test(message) || at >= body.trimEnd().length;
    throw new GorseError(400, isCut ? "unexpected EOF" : `invalid JSON: ${message.slice(0, 200)}`);
  }
}

function problemOf(issues: readonly z.core.$ZodIssue[], name: string): string {
  const [issue] = issues;
  const path = issue?.path ?? [];
  const field = path.filter((part) => typeof part === "string").at(-1);
  if (issue?.code !== "invalid_type") return `${path.join(".")}: ${issue?.message ?? "is wrong"}`;
  const found = kindOf(issue.message);
  if (found === "undefined" && field !== undefined) return `${String(field)} is missing`;
  const type = name.replace("[]", "").replace("server.", "").replace("data.", "");
  return field === undefined
    ? `json: cannot unmarshal ${found} into Go value of type ${path.length === 0 ? name : name.replace("[]", "")}`
    : `json: cannot unmarshal ${found} into Go struct field ${type}.${String(field)} of type ${GO_TYPES[String(field)] ?? "string"}`;
}

/** What the value was, out of zod's text. */
function kindOf(message: string): string {
  const [, received = "value"] = /received (\w+)/.exec(message) ?? [];
  return received === "boolean" ? "bool" : received;
}

/**
 * Epoch milliseconds of a client's time, 0 for times before 1970: Go writes the year 1 for none. Null if nothing is said. Throws a 400
 * `GorseError`.
 */
export function timeOf(given: string | null | undefined): number | null {
  if (given === null || given === undefined || given === "") return null;
  const ms = parseTime(given);
  if (Number.isNaN(ms)) throw new GorseError(400, `Could not find format for ${JSON.stringify(given)}`);
  return Math.max(0, Math.floor(ms));
}

/** A time as Go writes it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, "Z");
}
