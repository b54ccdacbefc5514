/** The written items of a project at one change, as serving reads them. A view never changes; a change makes another one. */

import { type PackedShelf, packShelf, type ShelfEntry } from "#jobs/item-shelf/packed-shelf.ts";
import type { WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";

/** With more loose rows than this, and an eighth of the packed ones, all are packed again. */
const LOOSE_ROWS = 2_000;

const NOTHING = packShelf([]);

export class ShelfView {
  /** The last change that is in it. */
  readonly seq: number;
  readonly columns: readonly WrittenColumn[];
  /**
   * The same object in views in which the same items exist, hidden and shown, since the same times. What depends on nothing else
   * need not be computed again.
   */
  readonly structure: object;
  readonly #packed: PackedShelf;
  /** Rows that differ from the packed ones. */
  readonly #loose: ReadonlyMap<string, ShelfEntry>;

  private constructor(
    place: Pick<ShelfView, "seq" | "columns" | "structure">,
    packed: PackedShelf,
    loose: ReadonlyMap<string, ShelfEntry>,
  ) {
    this.seq = place.seq;
    this.columns = place.columns;
    this.structure = place.structure;
    this.#packed = packed;
    this.#loose = loose;
  }

  /** A project where nothing was written. */
  static readonly empty = new ShelfView({ seq: 0, columns: [], structure: {} }, NOTHING, new Map());

  /** @param seq The last change in the packed rows. */
  static of(packed: PackedShelf, seq: number, columns: readonly WrittenColumn[]): ShelfView {
    return new ShelfView({ seq, columns, structure: {} }, packed, new Map());
  }

  /** Nothing was written. */
  get isEmpty(): boolean {
    return this.seq === 0;
  }

  /** About what it holds in memory, apart from what it shares with the view before. */
  get byteLength(): number {
    let bytes = this.#packed.byteLength;
    for (const { properties } of this.#loose.values()) bytes += properties.length * 2 + 200;
    return bytes;
  }

  find(itemId: string): ShelfEntry | null {
    return this.#loose.get(itemId) ?? this.#packed.find(itemId);
  }

  /** Every row once, in no particular order. */
  *entries(): Generator<ShelfEntry> {
    yield* this.#loose.values();
    for (let index = 0; index < this.#packed.size; index++) {
      if (this.#loose.size > 0 && this.#loose.has(this.#packed.ids.idAt(index))) continue;
      yield this.#packed.at(index);
    }
  }

  /** The rows that changed after a change. */
  changedSince(seq: number): ShelfEntry[] {
    if (seq === 0) return [...this.entries()];
    const changed = [...this.#loose.values()].filter((entry) => entry.seq > seq);
    for (const [index, packedSeq] of this.#packed.seqs.entries()) {
      if (packedSeq > seq && !this.#loose.has(this.#packed.ids.idAt(index)))
        changed.push(this.#packed.at(index));
    }
    return changed;
  }

  /** This view with newer rows. @param seq The last change in them. */
  with(rows: readonly ShelfEntry[], seq: number, columns: readonly WrittenColumn[]): ShelfView {
    const isOther = rows.some((row) => isOtherItem(this.find(row.itemId), row));
    const place = { seq, columns, structure: isOther ? {} : this.structure };
    const loose = new Map(this.#loose);
    for (const row of rows) loose.set(row.itemId, row);
    const next = new ShelfView(place, this.#packed, loose);
    const isLong = loose.size > LOOSE_ROWS && loose.size > this.#packed.size / 8;
    return isLong ? new ShelfView(place, packShelf(next.entries()), new Map()) : next;
  }
}

function isOtherItem(before: ShelfEntry | null, after: ShelfEntry): boolean {
  return !before || before.state !== after.state || before.newAt !== after.newAt;
}
