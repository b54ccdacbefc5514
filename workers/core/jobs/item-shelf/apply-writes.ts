/** What the writes of a request make of a project's items. Pure: the shell reads the rows before and stores those after. */

import { propertiesProblem } from "#contract/item-properties.ts";
import { MAX_WRITTEN_BYTES, MAX_WRITTEN_ITEMS, MAX_WRITTEN_PROPERTIES } from "#contract/limits.ts";
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import { dateOfProperties } from "./property-types.ts";
import type {
  ItemRefusal,
  ItemWrite,
  ShelfRow,
  WriteRequest,
  WriteResult,
  WrittenColumn,
} from "./shelf-row.ts";
import { WrittenTypes } from "./written-types.ts";

/** What is known before a request. */
export interface ShelfBefore {
  /** The row of an item, null without one. */
  readonly find: (itemId: string) => ShelfRow | null;
  readonly columns: readonly WrittenColumn[];
  /** The number of the last change. */
  readonly seq: number;
  /** Rows, and bytes of their properties. */
  readonly rows: number;
  readonly bytes: number;
}

export interface ShelfAfter {
  /** One for each write. With `isAtomic` and a refusal nothing is stored. */
  readonly results: readonly WriteResult[];
  /** The changed rows, one for each item, oldest change first. */
  readonly changed: readonly ShelfRow[];
  /** Columns that are new. */
  readonly added: readonly WrittenColumn[];
}

const encoder = new TextEncoder();

/** UTF-8 bytes that a row counts for its project. */
export function bytesOfRow({ itemId, properties }: Pick<ShelfRow, "itemId" | "properties">): number {
  return encoder.encode(itemId).length + encoder.encode(properties).length;
}

/** @param now Epoch milliseconds. */
export function applyWrites(before: ShelfBefore, request: WriteRequest, now: number): ShelfAfter {
  const shelf = new Shelf(before, request.schema, now);
  const results = request.writes.map((write) => shelf.write(write));
  if (request.isAtomic && results.some(({ ok }) => !ok)) return { results, changed: [], added: [] };
  return { results, changed: shelf.changed(), added: shelf.added };
}

class Shelf {
  readonly added: WrittenColumn[] = [];
  readonly #before: ShelfBefore;
  readonly #types: WrittenTypes;
  readonly #columnCount: number;
  readonly #now: number;
  readonly #changed = new Map<string, ShelfRow>();
  #seq: number;
  #rows: number;
  #bytes: number;

  constructor(before: ShelfBefore, schema: readonly ColumnSchema[], now: number) {
    this.#before = before;
    this.#now = now;
    this.#seq = before.seq;
    this.#rows = before.rows;
    this.#bytes = before.bytes;
    this.#columnCount = before.columns.length;
    // A file's columns come last and win: what was written before the file has the type of then.
    this.#types = new WrittenTypes([...before.columns, ...schema]);
  }

  /** Rows by their last change; the rows of one item twice in a request are one. */
  changed(): ShelfRow[] {
    return [...this.#changed.values()].sort((a, b) => a.seq - b.seq);
  }

  write(write: ItemWrite): WriteResult {
    const row = this.#changed.get(write.itemId) ?? this.#before.find(write.itemId);
    const next = write.kind === "delete" ? this.#deleted(write, row) : this.#written(write, row);
    if ("code" in next) return { ok: false, refusal: next };
    if (row && isSame(row, next)) return { ok: true, row, isUnchanged: true };
    const fresh = write.kind === "delete" ? [] : this.#types.newColumns(write.properties);
    const refusal = this.#makeRoom(row, next, fresh.length);
    if (refusal) return { ok: false, refusal };
    this.#types.add(fresh);
    this.added.push(...fresh);
    this.#seq += 1;
    const changed = { ...next, seq: this.#seq };
    this.#changed.set(write.itemId, changed);
    return { ok: true, row: changed, isUnchanged: false };
  }

  #deleted({ itemId, isKnown }: ItemWrite, row: ShelfRow | null): ShelfRow | ItemRefusal {
    if (row ? row.state === "deleted" : !isKnown) return { code: "unknown" };
    const createdAt = row?.createdAt ?? this.#now;
    const times = { createdAt, updatedAt: this.#now, newAt: createdAt };
    return { seq: 0, itemId, properties: "{}", isPartial: false, state: "deleted", ...times };
  }

  #written(write: Exclude<ItemWrite, { kind: "delete" }>, row: ShelfRow | null): ShelfRow | ItemRefusal {
    const isMerge = write.kind === "merge";
    const live = row?.state === "deleted" ? null : row;
    if (isMerge && !live && (row || !write.isKnown)) return { code: "unknown" };
    const refusal = this.#checkTypes(write.properties);
    if (refusal) return refusal;
    const isPartial = isMerge && (live?.isPartial ?? true);
    const properties = isMerge ? merged(live, write.properties, isPartial) : withoutNull(write.properties);
    const problem = isMerge ? propertiesProblem(properties) : null;
    if (problem) return full(`With what the item has already: ${problem.message}.`);
    const isHidden = write.isHidden ?? live?.state === "hidden";
    const createdAt = write.createdAt ?? live?.createdAt ?? this.#now;
    return {
      seq: 0,
      itemId: write.itemId,
      properties: JSON.stringify(properties),
      isPartial,
      state: isHidden ? "hidden" : "shown",
      createdAt,
      updatedAt: this.#now,
      newAt: dateOfProperties(properties) ?? createdAt,
    };
  }

  #checkTypes(properties: Readonly<Record<string, unknown>>): ItemRefusal | null {
    for (const property of this.#types.misfits(properties)) {
      return { code: "type", property, expected: this.#types.of(property) ?? "object" };
    }
    return null;
  }

  #makeRoom(row: ShelfRow | null, next: ShelfRow, columns: number): ItemRefusal | null {
    if (columns > 0 && this.#columnCount + this.added.length + columns > MAX_WRITTEN_PROPERTIES) {
      return full(`A project has at most ${MAX_WRITTEN_PROPERTIES} names of properties that no file has.`);
    }
    const rows = this.#rows + (row ? 0 : 1);
    const bytes = this.#bytes + bytesOfRow(next) - (row ? bytesOfRow(row) : 0);
    if (rows > MAX_WRITTEN_ITEMS) return full(`A project has at most ${MAX_WRITTEN_ITEMS} written items.`);
    if (bytes > MAX_WRITTEN_BYTES && bytes > this.#bytes) {
      return full(`The written items of a project have at most ${MAX_WRITTEN_BYTES} bytes.`);
    }
    this.#rows = rows;
    this.#bytes = bytes;
    return null;
  }
}

function full(message: string): ItemRefusal {
  return { code: "full", message };
}

function withoutNull(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

/** In a partial row a null stays: it removes what a file says. */
function merged(
  row: ShelfRow | null,
  changes: Readonly<Record<string, unknown>>,
  isPartial: boolean,
): Record<string, unknown> {
  const before = row ? (JSON.parse(row.properties) as Record<string, unknown>) : {};
  const all = { ...before, ...changes };
  return isPartial ? all : withoutNull(all);
}

function isSame(row: ShelfRow, next: ShelfRow): boolean {
  return (
    row.properties === next.properties &&
    row.isPartial === next.isPartial &&
    row.state === next.state &&
    row.createdAt === next.createdAt
  );
}
