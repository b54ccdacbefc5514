import type { Profile } from "../algorithms/fit/algorithm.ts";
import { recentByAge } from "../algorithms/fit/recent-items.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import type { Queries } from "../data/queries.ts";
import { featureRow } from "../data/side-features.ts";

/** What the training knows of one of its users, in its order where ages are there. */
export function trainingProfile(seen: CsrMatrix, userFeatures: CsrMatrix | undefined, user: number): Profile {
  const row = csrRow(seen, user);
  const ages = seen.ages?.subarray(seen.indptr[user], seen.indptr[user + 1]);
  const recent = ages && recentByAge(row.indices, ages);
  return { ...row, features: featureRow(userFeatures, user), ...(recent && { recent }) };
}

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
