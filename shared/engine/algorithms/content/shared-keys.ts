import type { FeatureMatrix } from "../../data/side-features.ts";

/**
 * The features of users that items have as well: the same value in a column of the same name and type.
 * @returns By feature of users, 1 + the feature of items; 0 without one.
 */
export function linksOf(users: FeatureMatrix | undefined, items: FeatureMatrix): Uint32Array {
  const links = new Uint32Array(users?.columnCount ?? 0);
  for (const own of users?.layout ?? []) {
    const other = items.layout?.find(({ kind, column }) => kind === own.kind && column === own.column);
    if (!own.keys || !other?.keys) continue;
    for (let key = 0; key < own.keys.size; key++) {
      const found = other.keys.indexOf(own.keys.idAt(key));
      if (found >= 0) links[own.from + key] = 1 + other.from + found;
    }
  }
  return links;
}
