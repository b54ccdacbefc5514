/** Reads the items of a request as writes, and says of refused writes what is wrong. */

import type { z } from "zod";
import type { ValidationProblem } from "#contract/inference.ts";
import { type BulkItem, bulkItem, type itemChanges, type RejectedItem } from "#contract/item.ts";
import { MAX_TIME_MS } from "#contract/limits.ts";
import { parseTime } from "#engine/data/read/parse-time.ts";
import type { ItemRefusal } from "#jobs/item-shelf/shelf-row.ts";
import { cleanedId } from "../http/cleaned-id.ts";
import { ServingError } from "../http/errors.ts";
import type { Received } from "../http/received-list.ts";
import { parsePart } from "../http/validation.ts";
import type { AskedWrite } from "./items.ts";

export type WriteKind = "replace" | "merge";

/** A write with its place in the request. */
export interface PlacedWrite {
  readonly position: number;
  readonly line?: number;
  readonly write: AskedWrite;
}

export interface ReadItems {
  readonly writes: readonly PlacedWrite[];
  readonly rejected: readonly RejectedItem[];
}

/** Each item for itself: a wrong one is named by its place and does not keep out the others. */
export function readItems(received: Iterable<Received>, kind: WriteKind): ReadItems {
  const writes: PlacedWrite[] = [];
  const rejected: RejectedItem[] = [];
  for (const { position, line, read } of received) {
    const place = { position, ...(line === undefined ? {} : { line }) };
    try {
      writes.push({ ...place, write: toWrite(parsePart(bulkItem, read(), "body"), kind) });
    } catch (error) {
      if (!(error instanceof ServingError) || error.status !== 422) throw error;
      rejected.push({ ...place, detail: error.detail as ValidationProblem[] });
    }
  }
  return { writes, rejected };
}

function toWrite({ item_id, deleted, ...body }: BulkItem, kind: WriteKind): AskedWrite {
  const itemId = cleanedId(item_id, ["body", "item_id"]);
  if (!deleted) return writeOf(itemId, body, kind);
  if (Object.values(body).some((value) => value !== undefined)) {
    throw refusal(["body", "deleted"], "An item that is deleted has nothing else", true);
  }
  return { kind: "delete", itemId };
}

/** Throws a 422 `ServingError`. */
export function writeOf(itemId: string, body: z.output<typeof itemChanges>, kind: WriteKind): AskedWrite {
  const { properties, hidden, created_at } = body;
  if (kind === "replace" && properties === undefined) {
    const msg = "A whole item has properties; to change it in part, merge";
    throw new ServingError(422, [{ type: "missing", loc: ["body", "properties"], msg, input: null }]);
  }
  const createdAt = created_at === undefined ? null : timeOf(created_at);
  return { kind, itemId, properties: properties ?? {}, isHidden: hidden ?? null, createdAt };
}

function timeOf(time: string | number): number {
  const ms = parseTime(time);
  if (ms >= 0 && ms <= MAX_TIME_MS) return Math.floor(ms);
  throw refusal(["body", "created_at"], "Not a time since 1970: send ISO 8601 or an epoch number", time);
}

function refusal(loc: ValidationProblem["loc"], msg: string, input: unknown): ServingError {
  return new ServingError(422, [{ type: "value_error", loc, msg, input }]);
}

/** What is wrong with a write that the shelf refused. */
export function problemOf(refused: ItemRefusal, write: AskedWrite): ValidationProblem {
  switch (refused.code) {
    case "unknown": {
      const msg = "Nothing has this item: no file, no live model and no earlier request";
      return { type: "unknown_item", loc: ["body", "item_id"], msg, input: write.itemId };
    }
    case "type": {
      const { property, expected } = refused;
      const input = write.kind === "delete" ? null : write.properties[property];
      const msg = `"${property}" is ${NAMED_TYPES[expected]}, as its first value or the uploaded file says`;
      return { type: "property_type", loc: ["body", "properties", property], msg, input };
    }
    case "full":
      return { type: "too_much", loc: ["body"], msg: refused.message, input: null };
  }
}

const NAMED_TYPES: Readonly<Record<Extract<ItemRefusal, { code: "type" }>["expected"], string>> = {
  string: "a text",
  category: "a text",
  text: "a text",
  tags: "a list of texts",
  number: "a number",
  date: "a date",
  boolean: "true or false",
  object: "an object",
};
