/**
 * What uploaded metadata say of items. Fails open: a list without titles, or without the items of a file, is better than no list, so
 * unusable metadata are logged and left out.
 */
import type { Catalogue } from "#engine/catalogue/catalogue.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { Overloaded } from "../memory/byte-bounded-cache.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import { isUnusable } from "../memory/model-cache.ts";
import type { ItemFile } from "./model-items.ts";

interface Deps {
  readonly metadata: MetadataCache;
  readonly logError: (event: string, error: unknown) => void;
}

type Project = Pick<RoutingManifest, "metadata_key">;

/** The record of each item, null where there is none. */
export async function uploadedRecords(
  deps: Deps,
  project: Project | null,
  itemIds: readonly string[],
): Promise<(Record<string, unknown> | null)[]> {
  const metadata = await orNull(deps, project, (key) => deps.metadata.load(key));
  return itemIds.map((itemId) => metadata?.find(itemId) ?? null);
}

/** The metadata, read item by item. Null for a project without any. */
export async function uploadedFile(deps: Deps, project: Project): Promise<ItemFile | null> {
  return orNull(deps, project, async (key) => ({ key, reader: await deps.metadata.load(key) }));
}

/** Null for a project without metadata. */
export function uploadedCatalogue(deps: Deps, project: Project): Promise<Catalogue | null> {
  return orNull(deps, project, (key) => deps.metadata.catalogue(key));
}

async function orNull<Value>(
  deps: Deps,
  project: Project | null,
  load: (key: string) => Promise<Value>,
): Promise<Value | null> {
  if (!project?.metadata_key) return null;
  try {
    return await load(project.metadata_key);
  } catch (error) {
    if (!isUnusable(error) && !(error instanceof Overloaded)) throw error;
    deps.logError("metadata_refused", error);
    return null;
  }
}
