import type { RecommendBindings } from "#recommend/bindings.ts";
import { type ShardEffects, ShardShell } from "#recommend/objects/shard-shell.ts";

/** An event shard over the runtime's R2. */
export class EventShard extends ShardShell<Pick<RecommendBindings, "STORE" | "EVENTS">> {
  protected override get effects(): ShardEffects {
    return {
      store: this.env.STORE,
      namespace: this.env.EVENTS,
      growAt: Number.POSITIVE_INFINITY,
      logError: (event, error) => {
        throw new Error(event, { cause: error });
      },
    };
  }
}
