import type { KeyValueStore } from "#storage/routing-store.ts";

/** What `workers/recommend/wrangler.toml` binds to this Worker. */
export interface RecommendBindings {
  readonly STORE: R2Bucket;
  readonly ROUTING: KeyValueStore;
  readonly EDGEWISE_SECRET?: string;
  /** Milliseconds; for tests. */
  readonly EDGEWISE_KEY_MEMORY_MS?: string;
  /** `true` or `1`: lists as Recotem gives them. */
  readonly EDGEWISE_EXACT_RECOTEM?: string;
  /** Comma-separated; what they signed is still accepted. */
  readonly EDGEWISE_PREVIOUS_SECRETS?: string;
}
