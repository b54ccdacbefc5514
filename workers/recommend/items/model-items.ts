import type { Servable } from "#engine/serve/model-artifact.ts";
import { type NewItem, withNewItems } from "#engine/serve/with-new-items.ts";
import type { ShelfView } from "./shelf-view.ts";

/** A model beside the written items of its project. */
export interface ModelItems {
  /** With the items that are newer than the model. */
  readonly servable: Servable;
  /** Indices of hidden and deleted items. */
  readonly hidden: Uint32Array;
}

/** The model with the written items. Computed once for a model, until an item comes, goes or changes its time. */
export class ModelItemsMemory {
  readonly #known = new WeakMap<Servable, ModelItems & { readonly structure: object }>();

  of(servable: Servable, view: ShelfView): ModelItems {
    const known = this.#known.get(servable);
    if (known?.structure === view.structure) return known;
    const { structure } = view;
    const made = { structure, ...modelItemsOf(servable, view) };
    this.#known.set(servable, made);
    return made;
  }
}

function modelItemsOf(servable: Servable, view: ShelfView): ModelItems {
  const newItems: NewItem[] = [];
  const hidden: number[] = [];
  for (const { itemId, state, newAt } of view.entries()) {
    const itemIndex = servable.items.indexOf(itemId);
    if (itemIndex < 0 && state === "shown") newItems.push({ itemId, newAt });
    if (itemIndex >= 0 && state !== "shown") hidden.push(itemIndex);
  }
  return { servable: withNewItems(servable, newItems), hidden: Uint32Array.from(hidden) };
}
