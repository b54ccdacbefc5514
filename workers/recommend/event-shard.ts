import type { RecommendBindings } from "./bindings.ts";
import { compositionOf } from "./composition.ts";
import { type ShardEffects, ShardShell } from "./objects/shard-shell.ts";

/** The Durable Object of an event shard, in this Worker's composition. */
export class EventShard extends ShardShell<RecommendBindings> {
  protected override get effects(): ShardEffects {
    return compositionOf(this.env).eventShard;
  }
}
