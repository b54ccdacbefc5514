import { type KeyValueStore, keyUseEntry } from "#storage/routing-store.ts";
import type { ApiKeyRow } from "../resources/api-key.ts";

/** Rows with the latest use known to the management API or to serving. Serving's records are some ten minutes behind. */
export function withServingUse(
  { routing }: { readonly routing: Pick<KeyValueStore, "get"> },
  rows: readonly ApiKeyRow[],
): Promise<ApiKeyRow[]> {
  return Promise.all(
    rows.map(async (row) => {
      const noted = Number((await routing.get(keyUseEntry(row.id))) ?? 0);
      const lastUsedAt = Math.max(row.lastUsedAt ?? 0, Number.isSafeInteger(noted) ? noted : 0);
      return { ...row, lastUsedAt: lastUsedAt > 0 ? lastUsedAt : null };
    }),
  );
}
