import { MAX_PAGE_SIZE } from "#contract/limits.ts";
import { itemLookupQuery } from "#contract/training-data.ts";
import type { ItemQuery } from "#services/files/item-lookup.ts";
import { parseQuery } from "../middleware/body.ts";

/** The query of a metadata lookup: some ids, or a text. */
export function toItemQuery(query: Readonly<Record<string, string>>): ItemQuery {
  const { ids, q, limit } = parseQuery(query, itemLookupQuery);
  return ids === undefined ? { text: q ?? "", limit } : { ids: ids.split(",").slice(0, MAX_PAGE_SIZE) };
}
