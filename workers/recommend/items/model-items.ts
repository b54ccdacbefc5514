import type { MetadataReader } from "#engine/data/item-metadata.ts";
import type { FeatureVector } from "#engine/data/side-features.ts";
import { encodeRow, type FeatureSpace } from "#engine/features/feature-space.ts";
import { indexOfId } from "#engine/serve/index-of-id.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { type NewItem, readsOf, scoresNewItems, withNewItems } from "#engine/serve/with-new-items.ts";
import { describedItem } from "#jobs/item-shelf/described-item.ts";
import type { ShelfView } from "./shelf-view.ts";

/** The uploaded metadata of a project. */
export interface ItemFile {
  readonly key: string;
  readonly reader: Pick<MetadataReader, "find" | "itemIds">;
}

/** New items that a model scores, the newest: a thousand take .35 to .4 ms of each list (test/bench/serve/new-items.ts). */
const MOST_SCORED = 5_000;
/** Items that one request encodes, a few milliseconds; the next requests go on. */
const ENCODED_AT_ONCE = 200;
/** Of an item in a file: nothing says since when it exists. */
const SOME_TIME_AGO = 0;

interface Encoded {
  /** Changes with what is known of the item. */
  readonly version: string;
  readonly features: FeatureVector;
}

interface Known {
  view: ShelfView;
  readonly fileKey: string | null;
  readonly items: readonly NewItem[];
  readonly encoded: ReadonlyMap<string, Encoded>;
  /** Whether all are encoded. */
  readonly isWhole: boolean;
  readonly servable: Servable;
}

/**
 * Models with the items that are newer: those that applications wrote, and those of the uploaded metadata where the model can score them by
 * their properties. An item is encoded once for each of its versions.
 */
export class ModelItemsMemory {
  readonly #known = new WeakMap<Servable, Known>();
  readonly #hidden = new WeakMap<Servable, { readonly structure: object; readonly hidden: Uint32Array }>();
  /** Ids of a file that a model does not have. */
  readonly #ofFiles = new WeakMap<Servable, { readonly key: string; readonly ids: readonly string[] }>();

  /** Indices of hidden and deleted items. */
  hiddenIn(servable: Servable, view: ShelfView): Uint32Array {
    const known = this.#hidden.get(servable);
    if (known?.structure === view.structure) return known.hidden;
    const hidden: number[] = [];
    for (const { itemId, state } of view.entries()) {
      const itemIndex = state === "shown" ? -1 : servable.items.indexOf(itemId);
      if (itemIndex >= 0) hidden.push(itemIndex);
    }
    const made = { structure: view.structure, hidden: Uint32Array.from(hidden) };
    this.#hidden.set(servable, made);
    return made.hidden;
  }

  /** The model with the items that are newer. @param file Read only if the model scores new items. */
  of(servable: Servable, view: ShelfView, file: ItemFile | null = null): Servable {
    const before = this.#known.get(servable);
    const fileKey = file?.key ?? null;
    const isOfSame = before?.fileKey === fileKey && before.view.structure === view.structure;
    if (before && isOfSame && !this.#isBehind(servable, before, view)) {
      before.view = view;
      return before.servable;
    }
    const items = before && isOfSame ? before.items : this.#newItems(servable, view, file);
    const { encoded, isWhole } = scoresNewItems(servable)
      ? encodeItems(servable.itemSpace as FeatureSpace, items, { view, file, before: before?.encoded })
      : { encoded: NOTHING, isWhole: true };
    const made = withNewItems(
      servable,
      items.flatMap((item) => described(servable, item, { encoded, view })),
    );
    this.#known.set(servable, { view, fileKey, items, encoded, isWhole, servable: made });
    return made;
  }

  /** Whether a new item has changed, or is not encoded yet. */
  #isBehind(servable: Servable, { view, encoded, isWhole }: Known, next: ShelfView): boolean {
    if (!scoresNewItems(servable)) return false;
    if (!isWhole) return true;
    return next !== view && next.changedSince(view.seq).some(({ itemId }) => encoded.has(itemId));
  }

  /** The newest first, those of the file last. */
  #newItems(servable: Servable, view: ShelfView, file: ItemFile | null): NewItem[] {
    const items: NewItem[] = [];
    for (const { itemId, state, newAt } of view.entries()) {
      if (state === "shown" && servable.items.indexOf(itemId) < 0) items.push({ itemId, newAt });
    }
    items.sort((a, b) => b.newAt - a.newAt);
    if (!file || !scoresNewItems(servable)) return items;
    for (const itemId of this.#idsOf(servable, file)) {
      if (items.length >= MOST_SCORED) break;
      if (view.find(itemId) === null) items.push({ itemId, newAt: SOME_TIME_AGO });
    }
    return items;
  }

  #idsOf(servable: Servable, { key, reader }: ItemFile): readonly string[] {
    const known = this.#ofFiles.get(servable);
    if (known?.key === key) return known.ids;
    const ids: string[] = [];
    for (let at = 0; at < reader.itemIds.size && ids.length < MOST_SCORED; at++) {
      const itemId = reader.itemIds.idAt(at);
      if (indexOfId(servable.items, itemId) < 0) ids.push(itemId);
    }
    this.#ofFiles.set(servable, { key, ids });
    return ids;
  }
}

const NOTHING: ReadonlyMap<string, Encoded> = new Map();

interface Sources {
  readonly view: ShelfView;
  readonly file: ItemFile | null;
  readonly before: ReadonlyMap<string, Encoded> | undefined;
}

/** Encodes what has changed or is new, up to a number of items. */
function encodeItems(space: FeatureSpace, items: readonly NewItem[], { view, file, before }: Sources) {
  const encoded = new Map<string, Encoded>();
  let left = ENCODED_AT_ONCE;
  for (const { itemId } of items.slice(0, MOST_SCORED)) {
    const row = view.find(itemId);
    const version = `${row?.seq ?? ""} ${row && !row.isPartial ? "" : (file?.key ?? "")}`;
    const known = before?.get(itemId);
    if (known?.version === version) encoded.set(itemId, known);
    else if (left > 0) {
      left--;
      const record = row && !row.isPartial ? null : (file?.reader.find(itemId) ?? null);
      encoded.set(itemId, { version, features: encodeRow(space, describedItem(row, record) ?? {}) });
    } else if (known) encoded.set(itemId, known);
  }
  return { encoded, isWhole: left > 0 };
}

/** Items of a file alone are in lists only if the model scores them. */
function described(
  servable: Servable,
  item: NewItem,
  { encoded, view }: Pick<Known, "encoded" | "view">,
): NewItem[] {
  const features = encoded.get(item.itemId)?.features;
  if (features && readsOf(servable, features)) return [{ ...item, features }];
  return view.find(item.itemId) === null ? [] : [item];
}
