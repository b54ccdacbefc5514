import type { Profile } from "../algorithms/fit/algorithm.ts";
import { csrRow } from "../data/csr-row.ts";
import type { Queries } from "../data/queries.ts";

/** What a request knows. */
export function queryProfile({ profiles, known }: Queries, query: number): Profile {
  const from = known.offsets[query];
  const to = known.offsets[query + 1];
  const recent = {
    items: known.items.subarray(from, to),
    daysAgo: known.ages?.subarray(from, to) ?? null,
  };
  return { ...csrRow(profiles, query), recent };
}
