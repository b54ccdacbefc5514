import { overRows, type Steps } from "../../in-steps.ts";
import type { NeighbourColumns } from "./neighbour-columns.ts";
import { PackedRowsWriter } from "./packed-rows-writer.ts";
import type { SignedRows } from "./signed-rows.ts";

/**
 * Packs weights into rows by source: once to measure, once to write.
 * @param weights In the order of the sources in `columns`; a weight of 0 is not an entry.
 */
export function* packSignedColumns(columns: NeighbourColumns, weights: Float32Array): Steps<SignedRows> {
  const { itemCount, starts, sources } = columns;
  const targets = { indptr: starts, rowCount: itemCount };
  const positive = new PackedRowsWriter(itemCount, itemCount);
  const negative = new PackedRowsWriter(itemCount, itemCount);
  yield* overRows(targets, (from, to) => {
    for (let at = starts[from] as number; at < (starts[to] as number); at++) {
      const weight = weights[at] as number;
      if (weight > 0) positive.measure(sources[at] as number, weight);
      else if (weight < 0) negative.measure(sources[at] as number, -weight);
    }
  });
  const [above, below] = [positive.open(), negative.open()];
  yield;
  yield* overRows(targets, (from, to) => {
    for (let target = from; target < to; target++) {
      for (let at = starts[target] as number; at < (starts[target + 1] as number); at++) {
        const weight = weights[at] as number;
        if (weight > 0) above.write(sources[at] as number, target, weight);
        else if (weight < 0) below.write(sources[at] as number, target, -weight);
      }
    }
  });
  return { positive: above.rows, negative: below.rows };
}
