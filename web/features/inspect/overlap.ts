/** How much two lists have in common. Pure. */

export interface Overlap {
  /** Ids that both lists have. */
  readonly shared: ReadonlySet<string>;
  /** The length of the shorter list: the most that can be shared. */
  readonly of: number;
}

export function overlapOf(
  a: readonly { readonly item_id: string }[],
  b: readonly { readonly item_id: string }[],
): Overlap {
  const others = new Set(b.map(({ item_id }) => item_id));
  const shared = new Set(a.map(({ item_id }) => item_id).filter((id) => others.has(id)));
  return { shared, of: Math.min(a.length, b.length) };
}
