import { ALGORITHMS } from "#contract/algorithms.ts";
import type { DiversityInput } from "./diversify.ts";
import type { Servable } from "./model-artifact.ts";

/** The group of an item, such as its category; null if unknown, which is like no other item. */
export type GroupOf = (itemId: string) => string | null;

/**
 * How similar items are, for `diversify`. By the model, where it knows items apart from their popularity: 1 is the most similar item of
 * the whole catalogue, 0 no similarity. Otherwise by group: 1 within a group.
 *
 * @param groupOf Null: items have no groups.
 */
export function similarityOf(
  servable: Servable,
  isByModel: boolean,
  groupOf: GroupOf | null,
): DiversityInput["similarityInto"] {
  const { model, items } = servable;
  if (isByModel && ALGORITHMS[model.algorithm].family !== "popularity") return byModel(servable);
  const groups = new Map<number, string | null>();
  const group = (itemIndex: number) => {
    const known = groups.get(itemIndex);
    if (known !== undefined) return known;
    const found = groupOf?.(items.idAt(itemIndex)) ?? null;
    groups.set(itemIndex, found);
    return found;
  };
  return (itemIndex, pool, out) => {
    const own = group(itemIndex);
    for (let at = 0; at < pool.length; at++) {
      out[at] = own !== null && own === group(pool[at] as number) ? 1 : 0;
    }
  };
}

function byModel({ model, items }: Servable): DiversityInput["similarityInto"] {
  const row = new Float32Array(items.size);
  return (itemIndex, pool, out) => {
    model.similarItemsInto(itemIndex, row);
    let most = 0;
    for (let item = 0; item < row.length; item++)
      if ((row[item] as number) > most) most = row[item] as number;
    for (let at = 0; at < pool.length; at++) {
      out[at] = most > 0 ? Math.max(0, row[pool[at] as number] as number) / most : 0;
    }
  };
}
