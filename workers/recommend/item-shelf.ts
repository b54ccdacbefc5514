import type { RecommendBindings } from "./bindings.ts";
import { compositionOf } from "./composition.ts";
import { type ShelfEffects, ShelfShell } from "./objects/shelf-shell.ts";

/** The Durable Object of an item shelf, in this Worker's composition. */
export class ItemShelf extends ShelfShell<RecommendBindings> {
  protected override get effects(): ShelfEffects {
    return compositionOf(this.env);
  }
}
