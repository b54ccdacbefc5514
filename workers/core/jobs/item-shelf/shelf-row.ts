/** An item as it was written by an application, and what a request does to it. */
import type { ColumnSchema } from "#engine/catalogue/column.ts";

export const ITEM_STATES = ["shown", "hidden", "deleted"] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** The last that was written of an item. A deleted one stays as a mark, so that files do not bring it back. */
export interface ShelfRow {
  /** Its number among all changes of the project. */
  readonly seq: number;
  readonly itemId: string;
  /** A JSON object. Of a partial row: what changes the properties in the uploaded metadata, null where one is removed. */
  readonly properties: string;
  readonly isPartial: boolean;
  readonly state: ItemState;
  /** When the item came into the catalogue: as the request says, else when it was first written. Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** By what it is new: a date among its properties, else `createdAt`. Epoch milliseconds. */
  readonly newAt: number;
}

/** What one request does to one item. */
export type ItemWrite =
  | {
      readonly kind: "replace" | "merge";
      readonly itemId: string;
      readonly properties: Readonly<Record<string, unknown>>;
      readonly isHidden: boolean | null;
      /** Epoch milliseconds; null leaves it. */
      readonly createdAt: number | null;
      /** Whether a file or a model has the item. */
      readonly isKnown: boolean;
    }
  | { readonly kind: "delete"; readonly itemId: string; readonly isKnown: boolean };

export interface WriteRequest {
  readonly writes: readonly ItemWrite[];
  /** All or none. */
  readonly isAtomic: boolean;
  /** The columns of the uploaded metadata. */
  readonly schema: readonly ColumnSchema[];
}

/** The type of a property that no file has; `object` for values that rules cannot read. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: ColumnSchema["type"] | "object";
}

export type ItemRefusal =
  /** Nothing has the item that should change. */
  | { readonly code: "unknown" }
  /** A property has another type than its column. */
  | { readonly code: "type"; readonly property: string; readonly expected: WrittenColumn["type"] }
  /** A bound of the project is reached. */
  | { readonly code: "full"; readonly message: string };

export type WriteResult =
  | { readonly ok: true; readonly row: ShelfRow; readonly isUnchanged: boolean }
  | { readonly ok: false; readonly refusal: ItemRefusal };
