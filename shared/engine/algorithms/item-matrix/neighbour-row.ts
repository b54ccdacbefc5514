/** Neighbours of one item: columns, ascending, and their similarities. */
export interface NeighbourRow {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}
