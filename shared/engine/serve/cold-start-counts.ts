/** What cold-start rules can work with in a catalogue. */
import type { ColdStartSettings } from "#contract/cold-start.ts";
import { hasBit } from "../catalogue/bitmap.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Column } from "../catalogue/column.ts";
import { engagementOf, tagCodes, tagsOf } from "./cold-start-columns.ts";

export interface ColdStartCounts {
  /** Items that are not hidden. */
  readonly items: number;
  /** Communities that have an item with a tag. */
  readonly communitiesWithTags: number;
  /** Items with engagement above 0. */
  readonly itemsWithEngagement: number;
}

/** Takes one pass over the items. Hidden ones do not count. */
export function coldStartCounts(catalogue: Catalogue, settings: ColdStartSettings): ColdStartCounts {
  const rows = Int32Array.from({ length: catalogue.itemIds.size }, (_, row) => row).filter(
    (row) => !hasBit(catalogue.hidden, row),
  );
  const tags = tagCodes(catalogue, settings);
  const communities = catalogue.columns.get(settings.item_community);
  const tagged = new Set<number>();
  if (tags && communities) {
    for (const row of rows) {
      if (tagsOf(tags, row).length > 0) for (const one of valuesOf(communities, row)) tagged.add(one);
    }
  }
  const engaged = engagementOf(catalogue, settings, rows).filter((value) => value > 0);
  return {
    items: rows.length,
    communitiesWithTags: tagged.size,
    itemsWithEngagement: engaged.length,
  };
}

/** Numbers that are equal for equal values of a column. */
function valuesOf(column: Column, row: number): readonly number[] {
  switch (column.type) {
    case "tags":
      return [...column.codes.subarray(column.offsets[row], column.offsets[row + 1])];
    case "string":
    case "category": {
      const code = column.codes[row] ?? 0;
      return code === 0 ? [] : [code];
    }
    case "number":
    case "date": {
      const value = column.values[row] ?? Number.NaN;
      return Number.isNaN(value) ? [] : [value];
    }
    case "boolean":
    case "text":
      return [];
  }
}
