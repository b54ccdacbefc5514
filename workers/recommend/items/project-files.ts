/** What the uploaded metadata and the live models of a project know of items, and of users. */
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import { indexOfId } from "#engine/serve/index-of-id.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { ServingError } from "../http/errors.ts";
import { Overloaded } from "../memory/byte-bounded-cache.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import { isUnusable, type ModelCache } from "../memory/model-cache.ts";

export interface ProjectFiles {
  /** The columns of the metadata. */
  schema(): Promise<readonly ColumnSchema[]>;
  /** Of the metadata; null without one. */
  record(itemId: string): Promise<Record<string, unknown> | null>;
  /** Items of the metadata with exactly this title; null without titles. */
  titled(title: string): Promise<string[] | null>;
  /** Whether the metadata or a model of a slot has the item. */
  has(itemId: string): Promise<boolean>;
  /** Of the user metadata; null without one. */
  userRecord(userId: string): Promise<Record<string, unknown> | null>;
}

export interface ProjectFilesDeps {
  readonly metadata: MetadataCache;
  readonly models: Pick<ModelCache, "load">;
  readonly logError: (event: string, error: unknown) => void;
}

/** A file that cannot be used counts as absent, and is logged. All methods throw 503 if there is no room to load at the moment. */
export function projectFilesOf(deps: ProjectFilesDeps, manifest: RoutingManifest | null): ProjectFiles {
  const key = manifest?.metadata_key ?? null;
  const orElse = async <Value>(absent: Value, load: () => Promise<Value>): Promise<Value> => {
    try {
      return await load();
    } catch (error) {
      if (error instanceof Overloaded) throw new ServingError(503, error.message, { "Retry-After": "1" });
      if (!isUnusable(error)) throw error;
      deps.logError("file_of_project_refused", error);
      return absent;
    }
  };
  const find = (file: string | null, id: string) =>
    orElse(null, async () => (file === null ? null : (await deps.metadata.load(file)).find(id)));
  const record = (itemId: string) => find(key, itemId);
  return {
    record,
    userRecord: (userId) => find(manifest?.user_metadata_key ?? null, userId),
    titled: (title) =>
      orElse(null, async () => {
        const lookup = key === null ? null : await deps.metadata.lookup(key);
        return lookup?.titled(title) ?? null;
      }),
    schema: () => orElse([], async () => (key === null ? [] : (await deps.metadata.catalogue(key)).schema)),
    async has(itemId) {
      if ((await record(itemId)) !== null) return true;
      for (const { model } of manifest?.slots ?? []) {
        const load = async () => {
          const { items } = await deps.models.load(model.artifact_key, model.id);
          return indexOfId(items, itemId) >= 0;
        };
        if (await orElse(false, load)) return true;
      }
      return false;
    },
  };
}
