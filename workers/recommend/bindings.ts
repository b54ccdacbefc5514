import type { EventNamespace } from "#jobs/event-shard/shard-object.ts";
import type { ShelfNamespace } from "#jobs/item-shelf/shelf-object.ts";
import type { MeterNamespace } from "#jobs/meter/meter-object.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";

/** The bindings of `workers/recommend/wrangler.toml`. */
export interface RecommendBindings {
  readonly STORE: R2Bucket;
  readonly ROUTING: KeyValueStore;
  /** One to 16 objects for each project, which have its event shards. */
  readonly EVENTS: EventNamespace;
  /** One object for each project's written items. */
  readonly ITEMS: ShelfNamespace;
  /** One object for each project: its usage and figures. */
  readonly METERS: MeterNamespace;
  readonly EDGEWISE_SECRET?: string;
  /** Milliseconds; for tests. */
  readonly EDGEWISE_KEY_MEMORY_MS?: string;
  /** Milliseconds that an answer waits for live events. */
  readonly EDGEWISE_LIVE_WAIT_MS?: string;
  /** Milliseconds that an answer waits for a training history that the model does not hold. */
  readonly EDGEWISE_HISTORY_WAIT_MS?: string;
  /** Calls a second beyond which an event object gives half of its shards away. */
  readonly EDGEWISE_EVENT_OBJECT_CALLS?: string;
  /** `true` or `1`: lists as in Recotem. */
  readonly EDGEWISE_EXACT_RECOTEM?: string;
  /** Separated by commas; their signatures are still accepted. */
  readonly EDGEWISE_PREVIOUS_SECRETS?: string;
}
