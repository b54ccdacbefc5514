import type { ItemRecord, UserRecord } from "#contract/training-data.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type PreviewResult, refuseOverloaded } from "../preview.ts";

type Deps = Pick<ServiceDeps, "preview">;

/** The query of a lookup: items by id, or by a text in their id or record. */
export type ItemQuery =
  | { readonly ids: readonly string[] }
  | { readonly text: string; readonly limit: number };

/** Items of an uploaded metadata file. Throws `conflict` while there is nothing to read. */
export async function lookUpItems(
  { preview }: Deps,
  row: { readonly id: number; readonly artifactKey: string | null },
  query: ItemQuery,
): Promise<ItemRecord[]> {
  if (row.artifactKey === null) throw unusable(row.id);
  const result: PreviewResult<ItemRecord[]> =
    "ids" in query
      ? await preview.describeItems(row.artifactKey, [...query.ids])
      : await preview.searchItems(row.artifactKey, query.text, query.limit);
  refuseOverloaded(result);
  if (!result.ok) throw unusable(row.id);
  return result.value;
}

/** The same for users. */
export async function lookUpUsers(
  deps: Deps,
  row: { readonly id: number; readonly artifactKey: string | null },
  query: ItemQuery,
): Promise<UserRecord[]> {
  const records = await lookUpItems(deps, row, query);
  return records.map(({ item_id: user_id, ...record }) => ({ ...record, user_id }));
}

function unusable(id: number): AppError {
  return new AppError("conflict", `Metadata ${id} cannot be read yet, or could not be read at all.`);
}
