/** One list from two: items that are alike by content, and items for a person. */

/** How the two share the places. */
export type Mix =
  /** All of the first list that is really alike, then the second. */
  | { readonly type: "content_first" }
  /**
   * Places are shared by weight: the list that is farthest behind its share comes next, the first one if both are. The share of the
   * first list is 0 … 1, while both have items.
   */
  | { readonly type: "interleaved"; readonly contentShare: number };

export interface MixedPlace<Item> {
  readonly item: Item;
  readonly isContent: boolean;
}

/**
 * Joins two lists, best first, without repeats. Each list keeps its order; an item of both stands where it comes first. Ends with the
 * shorter of `limit` and all items of both. A longer list begins with the shorter one.
 */
export function mixedPlaces<Item extends string | number>(
  content: ArrayLike<Item>,
  personal: ArrayLike<Item>,
  limit: number,
  mix: Mix,
): MixedPlace<Item>[] {
  const listed = new Set<Item>();
  const places: MixedPlace<Item>[] = [];
  const share = mix.type === "content_first" ? 1 : mix.contentShare;
  let [ofContent, atContent, atPersonal] = [0, 0, 0];
  while (places.length < limit) {
    while (atContent < content.length && listed.has(content[atContent] as Item)) atContent++;
    while (atPersonal < personal.length && listed.has(personal[atPersonal] as Item)) atPersonal++;
    const [first, second] = [content[atContent], personal[atPersonal]];
    if (first === undefined && second === undefined) break;
    // The number of places of the first list once this place is filled.
    const due = share * (places.length + 1);
    const isContent = second === undefined || (first !== undefined && due - ofContent >= MIN_DUE);
    if (isContent) ofContent++;
    const item = (isContent ? first : second) as Item;
    listed.add(item);
    places.push({ item, isContent });
  }
  return places;
}

/** The items of `mixedPlaces`. */
export function mixedList<Item extends string | number>(
  ...lists: Parameters<typeof mixedPlaces<Item>>
): Item[] {
  return mixedPlaces<Item>(...lists).map(({ item }) => item);
}

/** Half a place: with equal shares the lists take turns, the first one first. */
const MIN_DUE = 0.5 - 1e-9;
