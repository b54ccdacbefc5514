/** Items and users that a model has not seen in training, from tables of their properties. */
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import type { FeatureVector } from "#engine/data/side-features.ts";
import { encodeRow, type FeatureSpace } from "#engine/features/feature-space.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { withNewItems } from "#engine/serve/with-new-items.ts";
import { UsageError } from "../options/usage-error.ts";
import type { Progress } from "../terminal/progress.ts";
import { readTable, type TableFile } from "./load-features.ts";

/** The servable with all items of the table that it does not have, with their properties as its training would read them. */
export async function withItemsOf(
  servable: Servable,
  rows: TableFile,
  progress: Progress,
): Promise<Servable> {
  const space = requireSpace(servable.itemSpace, rows.path, "item");
  const table = metadataOf(metadataSections((await readTable(rows, "item", progress)).metadata));
  const newItems = [...table.records()]
    .filter(({ itemId }) => servable.items.indexOf(itemId) < 0)
    .map(({ itemId, properties }) => ({ itemId, newAt: 0, features: encodeRow(space, properties) }));
  return withNewItems(servable, newItems);
}

/** What the table says of a user. Throws `UsageError` if it says nothing. */
export async function featuresOfUser(
  servable: Servable,
  userId: string,
  rows: TableFile,
  progress: Progress,
): Promise<FeatureVector> {
  const space = requireSpace(servable.userSpace, rows.path, "user");
  const table = metadataOf(metadataSections((await readTable(rows, "user", progress)).metadata));
  const row = table.find(userId);
  if (row === null) throw new UsageError(`${rows.path}: there is no row of the user "${userId}".`);
  return encodeRow(space, row);
}

/** Properties given as JSON. Throws `UsageError`. */
export function featuresOfJson(servable: Servable, json: string): FeatureVector {
  const space = requireSpace(servable.userSpace, "--properties", "user");
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--properties is not JSON: ${(error as Error).message}.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`--properties must be a JSON object like {"age": 31}.`);
  return encodeRow(space, value as Record<string, unknown>);
}

function requireSpace(space: FeatureSpace | null, what: string, about: "item" | "user"): FeatureSpace {
  if (space) return space;
  throw new UsageError(`${what}: the model was trained without a table of ${about}s (--${about}-features).`);
}
