/** One list from two: items that are alike by content, and items for a person. */

/** How the two share the places. */
export type Mix =
  /** All of the first list that is really alike, then the second. */
  | { readonly type: "content_first" }
  /** Places are shared by weight: the list that is farthest behind its share comes next, the first one if both are. */
  | { readonly type: "interleaved"; readonly contentShare: number };

/**
 * Joins two lists, best first, without repeats. Each list keeps its order; an item of both stands where it comes first. Ends with the
 * shorter of `limit` and all items of both.
 *
 * @param contentShare  0 … 1, the share of places that the first list gets while both have items.
 */
export function mixedList(
  content: readonly string[],
  personal: readonly string[],
  limit: number,
  mix: Mix,
): string[] {
  const listed = new Set<string>();
  const share = mix.type === "content_first" ? 1 : mix.contentShare;
  let [ofContent, atContent, atPersonal] = [0, 0, 0];
  while (listed.size < limit) {
    while (atContent < content.length && listed.has(content[atContent] as string)) atContent++;
    while (atPersonal < personal.length && listed.has(personal[atPersonal] as string)) atPersonal++;
    const [first, second] = [content[atContent], personal[atPersonal]];
    if (first === undefined && second === undefined) break;
    // The number of places of the first list once this place is filled.
    const due = share * (listed.size + 1);
    const takesFirst = second === undefined || (first !== undefined && due - ofContent >= MIN_DUE);
    if (takesFirst) ofContent++;
    listed.add((takesFirst ? first : second) as string);
  }
  return [...listed];
}

/** Half a place: with equal shares the lists take turns, the first one first. */
const MIN_DUE = 0.5 - 1e-9;
