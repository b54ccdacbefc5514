/** What events say of an item, as the weight of an interaction. */

/** By event type, in profiles and in training data. */
export const USUAL_EVENT_WEIGHTS: Readonly<Record<string, number>> = {
  view: 1,
  click: 1,
  like: 3,
  comment: 5,
  purchase: 8,
};
/** Of a type that has no weight of its own. */
const OTHER_WEIGHT = 1;
const DISLIKE = -1;

/**
 * The weight of an event; zero and below means that the user does not like the item. A rating weighs its value. Null: the event says
 * nothing, as an impression or a rating without a value.
 */
export function eventWeight(type: string, value?: number): number | null {
  if (type === "impression") return null;
  if (type === "dislike") return DISLIKE;
  if (type === "rating") return value ?? null;
  return Object.hasOwn(USUAL_EVENT_WEIGHTS, type) ? (USUAL_EVENT_WEIGHTS[type] as number) : OTHER_WEIGHT;
}
