import type { Serving } from "../serving/serving.ts";

/** Items that a request names by their ids, or by their title. */
export interface NamedItems {
  readonly itemIds: readonly string[];
  /** Why a title names no item. */
  readonly warnings: readonly string[];
}

const NO_ITEMS: readonly string[] = [];

/** @param named One of both. */
export async function namedItems(
  serving: Pick<Serving, "filesOf">,
  projectId: number,
  named: { readonly item_ids?: readonly string[] | undefined; readonly title?: string | undefined },
): Promise<NamedItems> {
  const { item_ids: itemIds, title } = named;
  if (itemIds || title === undefined) return { itemIds: itemIds ?? NO_ITEMS, warnings: [] };
  const titled = await (await serving.filesOf(projectId)).titled(title);
  if (titled === null)
    return { itemIds: NO_ITEMS, warnings: ["The project has no table of items with titles."] };
  const warnings = titled.length === 0 ? [`No item has the title ${JSON.stringify(title)}.`] : [];
  return { itemIds: titled, warnings };
}
