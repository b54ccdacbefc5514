declare namespace Cloudflare {
  interface Env {
    readonly DB: D1Database;
    readonly STORE: R2Bucket;
    readonly ROUTING: KVNamespace;
    readonly EVENTS: DurableObjectNamespace<import("./event-shard.ts").EventShard>;
    readonly ITEMS: DurableObjectNamespace<import("./item-shelf.ts").ItemShelf>;
    readonly METERS: DurableObjectNamespace<import("#recommend/objects/meter-shell.ts").ProjectMeter>;
    readonly MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}
