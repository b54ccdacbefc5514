import { cleanText } from "#reading/clean-id.ts";
import type { IdMap } from "../data/id-map.ts";

/**
 * Index of a requested id, or −1: unchanged, else as ingestion would have read it, without blanks and invisible marks. The
 * unchanged id comes first because models of earlier versions hold ids as files wrote them.
 */
export function indexOfId(ids: IdMap, id: string): number {
  const index = ids.indexOf(id);
  if (index >= 0) return index;
  const clean = cleanText(id);
  return clean === id ? -1 : ids.indexOf(clean);
}
