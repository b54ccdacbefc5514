import type { RecommendBindings } from "#recommend/bindings.ts";
import { type ShelfEffects, ShelfShell } from "#recommend/objects/shelf-shell.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";

export const SHELF_SECRET = "a-secret-for-shelves-of-at-least-32-characters";

/** An item shelf over the runtime's R2. */
export class ItemShelf extends ShelfShell<Pick<RecommendBindings, "STORE">> {
  protected override get effects(): ShelfEffects {
    return { artifacts: createArtifactStore(this.env.STORE, () => createArtifactKeyRing([SHELF_SECRET])) };
  }
}
