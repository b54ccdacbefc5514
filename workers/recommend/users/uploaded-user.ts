import type { RoutingManifest } from "#storage/routing-store.ts";
import { Overloaded } from "../memory/byte-bounded-cache.ts";
import type { MetadataCache } from "../memory/metadata-cache.ts";
import { isUnusable } from "../memory/model-cache.ts";

interface Deps {
  readonly metadata: Pick<MetadataCache, "load">;
  readonly logError: (event: string, error: unknown) => void;
}

/** What the uploaded user metadata say of a user. Fails open: without them, or with unusable ones, nothing is known. */
export async function uploadedUser(
  deps: Deps,
  { user_metadata_key: key }: Pick<RoutingManifest, "user_metadata_key">,
  userId: string | undefined,
): Promise<Record<string, unknown> | null> {
  if (!key || userId === undefined) return null;
  try {
    return (await deps.metadata.load(key)).find(userId);
  } catch (error) {
    if (!isUnusable(error) && !(error instanceof Overloaded)) throw error;
    deps.logError("user_metadata_refused", error);
    return null;
  }
}
