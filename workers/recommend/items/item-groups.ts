/** The groups of items for diversity, where no model knows which items are similar. */
import type { Catalogue } from "#engine/catalogue/catalogue.ts";
import type { StringColumn } from "#engine/catalogue/column.ts";
import type { RecommendationRequest } from "#engine/serve/recommendation.ts";

type Diversity = NonNullable<RecommendationRequest["diversity"]>;

/** A text of this name is a category, too, though it has no levels. */
const CATEGORY = "category";

/** The request's diversity with groups by the catalogue's category; without diversity, or without such a column, as it is. */
export async function groupedBy(
  request: RecommendationRequest,
  catalogueOf: () => Promise<Catalogue | null>,
): Promise<RecommendationRequest> {
  const { diversity } = request;
  if (!diversity || diversity.share === 0) return request;
  const catalogue = await catalogueOf();
  const column = catalogue && categoryOf(catalogue);
  if (!catalogue || !column) return request;
  return { ...request, diversity: { ...diversity, groupOf: groupIn(catalogue, column) } };
}

/** The first column of paths, else a column of texts that has the name. */
function categoryOf({ schema, columns }: Catalogue): StringColumn | null {
  const named =
    schema.find(({ type }) => type === "category") ??
    schema.find(({ name, type }) => name === CATEGORY && type === "string");
  const column = named && columns.get(named.name);
  return column?.type === "category" || column?.type === "string" ? column : null;
}

function groupIn({ itemIds }: Catalogue, { codes, values }: StringColumn): Diversity["groupOf"] {
  return (itemId) => {
    const row = itemIds.indexOf(itemId);
    const code = row < 0 ? 0 : (codes[row] ?? 0);
    return code === 0 ? null : values.idAt(code - 1);
  };
}
