/** A project's item shelf for its callers: the items that applications wrote, in one Durable Object. */
import type { DurableObjectId } from "../event-shard/shard-object.ts";
import type { ItemState, ShelfRow, WriteRequest, WriteResult, WrittenColumn } from "./shelf-row.ts";

/** All rows at one moment, as an artifact in R2. */
export interface ShelfSnapshot {
  readonly key: string;
  /** Changes up to this one are in it. */
  readonly seq: number;
}

export interface ShelfChanges {
  /** The last change of the shelf; 0 if nothing was ever written. */
  readonly seq: number;
  /** Rows changed since, oldest change first, up to and including `upTo`. */
  readonly rows: readonly ShelfRow[];
  readonly upTo: number;
  /** Of all rows. Empty if nothing has changed. */
  readonly columns: readonly WrittenColumn[];
  /** Begin with this: there are too many rows to send. */
  readonly snapshot: ShelfSnapshot | null;
}

export interface ShelfQuery {
  /** Part of an id or of the properties' text, in any case. Empty for all. */
  readonly text: string;
  readonly state: ItemState | null;
  readonly limit: number;
  /** Continue after this id; null at first. */
  readonly after: string | null;
}

export interface ItemShelfObject {
  /** Answers after the changes are durable. Null when the project is deleted. */
  write(projectId: number, request: WriteRequest): Promise<readonly WriteResult[] | null>;
  /**
   * @param since   The last change that the caller has; 0 for none.
   * @param isPlain Never a snapshot: the caller could not read it.
   */
  changes(since: number, isPlain: boolean): Promise<ShelfChanges>;
  /** Null where the item was never written. */
  find(itemIds: readonly string[]): Promise<readonly (ShelfRow | null)[]>;
  /** Rows in the order of their ids. */
  list(query: ShelfQuery): Promise<readonly ShelfRow[]>;
  /** Whether an item that is not deleted has any properties. */
  hasProperties(): Promise<boolean>;
  /** Copies all rows of this moment to R2 for a job, unless the key has a copy. False without rows, and for a key of another project. */
  copyTo(key: string): Promise<boolean>;
  /** Takes over rows of an archive, as they are, into an empty or begun shelf. */
  restore(projectId: number, rows: readonly ShelfRow[], columns: readonly WrittenColumn[]): Promise<void>;
  /**
   * Erases everything in the object; the snapshot is an object in R2 and stays.
   *
   * @param isClosed Whether it takes nothing any more, until a later call says otherwise.
   */
  forget(isClosed: boolean): Promise<void>;
}

/** The part of a Durable Object namespace that callers of shelves use. */
export interface ShelfNamespace {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): ItemShelfObject;
}

/** The shelf of a project. */
export function shelfOf(namespace: ShelfNamespace, projectId: number): ItemShelfObject {
  return namespace.get(namespace.idFromName(String(projectId)));
}
