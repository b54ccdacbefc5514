import type { Dataset } from "#engine/data/dataset.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { randomCsr } from "./random-csr.ts";

/** A dataset with users `u0`, `u1` … and items `i0`, `i1` …, without times. */
export function madeDataset(shape: {
  readonly users: number;
  readonly items: number;
  readonly density: number;
}): Dataset {
  const size = { rowCount: shape.users, columnCount: shape.items };
  const userItems = randomCsr({ ...size, density: shape.density, seed: 1 });
  return { users: idsOf("u", shape.users), items: idsOf("i", shape.items), userItems, times: null };
}

function idsOf(prefix: string, count: number) {
  const builder = new IdMapBuilder();
  for (let index = 0; index < count; index++) builder.intern(`${prefix}${index}`);
  return builder.finish();
}
