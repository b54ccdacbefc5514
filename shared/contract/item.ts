/** Items as an application writes them: `PUT`, `PATCH`, `GET` and `DELETE /v1/items/{item_id}`, and `POST /v1/items` for many. */
import * as z from "zod";
import { idAsText, validationProblem } from "./inference.ts";
import { storableProperties } from "./storable-properties.ts";

/** By name. A PUT and a line that replaces say all of them; a PATCH and a line that merges say what changes, null to remove one. */
const properties = storableProperties();

const state = {
  /** A hidden item is in no list. Without it an item stays as it is; a new one is shown. */
  hidden: z.boolean().optional(),
  /** When the item came into the catalogue, as ISO 8601 or an epoch number: the newest come first where nothing else decides. */
  created_at: z.union([z.string(), z.number()]).optional(),
};

export const itemReplacement = z.strictObject({ properties, ...state });
export const itemChanges = z.strictObject({ properties: properties.optional(), ...state });

/** One item of a bulk request. `deleted: true` deletes it. */
export const bulkItem = z.strictObject({
  item_id: idAsText,
  properties: properties.optional(),
  ...state,
  deleted: z.literal(true).optional(),
});
export type BulkItem = z.infer<typeof bulkItem>;

/** A list, or `{"items": […]}`. Lines of JSON (NDJSON) are taken, too. */
export const bulkItemsRequest = z.union([z.array(bulkItem), z.strictObject({ items: z.array(bulkItem) })]);

/** `mode`: what the properties of an item do to those it has. `atomic=true`: takes all items or none. */
export const bulkItemsQuery = z.object({
  mode: z.enum(["replace", "merge"]).default("replace"),
  atomic: z.enum(["true", "false"]).default("false"),
});

export const itemResponse = z.object({
  item_id: z.string(),
  /** Those of the uploaded metadata, and over them what was written. */
  properties: z.record(z.string(), z.unknown()),
  hidden: z.boolean(),
  /** Epoch milliseconds; null for an item that only files know. */
  created_at: z.number().nullable(),
  updated_at: z.number().nullable(),
});
export type ItemResponse = z.infer<typeof itemResponse>;

export const itemDeleted = z.object({ item_id: z.string(), deleted: z.literal(true) });
export type ItemDeleted = z.infer<typeof itemDeleted>;

/** An item that was not taken. */
export const rejectedItem = z.object({
  /** From 0 in a list; in NDJSON empty lines do not count. */
  position: z.number().int().nonnegative(),
  /** From 1, for NDJSON only. */
  line: z.number().int().positive().optional(),
  detail: z.array(validationProblem),
});
export type RejectedItem = z.infer<typeof rejectedItem>;

/** Sent after the items are stored. With status 207 if some were rejected. */
export const bulkItemsResponse = z.object({
  accepted: z.number().int().nonnegative(),
  /** Accepted ones that were so already: nothing had to be stored. */
  unchanged: z.number().int().nonnegative(),
  rejected: z.number().int().nonnegative(),
  /** The first 100 of the rejected items. */
  errors: z.array(rejectedItem),
  request_id: z.string(),
});
export type BulkItemsResponse = z.infer<typeof bulkItemsResponse>;
