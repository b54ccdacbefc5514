import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createMemo } from "solid-js";
import { type ItemRow, lookupItems, metaDataListQuery } from "../../api/item-meta-data.ts";
import { loadedData } from "../../components/loaded.tsx";

/** The newest readable item metadata; null when the project has none. */
export function createMetaDataId(projectId: Accessor<number>): Accessor<number | null> {
  const query = useQuery(() => metaDataListQuery(projectId()));
  return () => loadedData(query)?.results.find((row) => row.status === "READY")?.id ?? null;
}

/** Metadata of the given items, by id; empty while loading and where there is none. */
export function createItemRows(
  metaDataId: Accessor<number | null>,
  itemIds: Accessor<readonly string[]>,
): Accessor<ReadonlyMap<string, ItemRow>> {
  const key = createMemo(() => [...new Set(itemIds())].sort());
  const query = useQuery(() => ({
    queryKey: ["items", metaDataId(), key()],
    queryFn: ({ signal }) => lookupItems(metaDataId() ?? 0, { ids: key() }, signal),
    enabled: metaDataId() !== null && key().length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    reconcile: false as const,
  }));
  return createMemo(() => {
    const rows = metaDataId() === null || key().length === 0 ? [] : (loadedData(query) ?? []);
    return new Map(rows.map((row) => [row.item_id, row]));
  });
}
