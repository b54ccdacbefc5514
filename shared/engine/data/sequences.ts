/** Interactions in their order, beside the matrix: repeats stay. Row r holds the places `offsets[r] … offsets[r + 1])`, oldest first. */
export interface Sequences {
  /** Length rows + 1. */
  readonly offsets: Uint32Array;
  /** The item at each place. */
  readonly items: Uint32Array;
  /** Days from each place to the newest interaction of all; null where times are not known. */
  readonly ages: Float32Array | null;
  /** Whether later rows are newer, as sessions in the order of their dates are. */
  readonly areRowsInOrder: boolean;
}

export const rowCountOf = ({ offsets }: Pick<Sequences, "offsets">): number => offsets.length - 1;

/** The row of each place. */
export function rowsOfPlaces({ offsets, items }: Sequences): Uint32Array {
  const rows = new Uint32Array(items.length);
  for (let row = 0; row + 1 < offsets.length; row++) rows.fill(row, offsets[row], offsets[row + 1]);
  return rows;
}

/** The places of each item, ascending: item i has `places[offsets[i] … offsets[i + 1])`. */
export interface PlacesByItem {
  readonly offsets: Uint32Array;
  readonly places: Uint32Array;
}

export function placesByItem({ items }: Sequences, itemCount: number): PlacesByItem {
  const offsets = new Uint32Array(itemCount + 1);
  for (const item of items) offsets[item + 1] = (offsets[item + 1] as number) + 1;
  for (let item = 0; item < itemCount; item++)
    offsets[item + 1] = (offsets[item + 1] as number) + (offsets[item] as number);
  const places = new Uint32Array(items.length);
  const cursors = offsets.slice(0, itemCount);
  for (let place = 0; place < items.length; place++) {
    const item = items[place] as number;
    places[cursors[item] as number] = place;
    cursors[item] = (cursors[item] as number) + 1;
  }
  return { offsets, places };
}
