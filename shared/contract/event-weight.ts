/** What events say of an item, as the weight of an interaction: in profiles, in popularity and in training data. */

import { SILENT_EVENT_TYPES } from "./event-type.ts";

/** Types that a project has set, or given for one file. */
export type OwnEventWeights = Readonly<Record<string, number>>;

/** By event type. */
export const USUAL_EVENT_WEIGHTS: OwnEventWeights = {
  view: 1,
  click: 1,
  like: 3,
  comment: 5,
  purchase: 8,
};

/**
 * How much an event of a type counts in training data; events of other types do not. A rating counts its value times this. Weights
 * of a user and an item are added, so that a dislike outweighs what came before and after it.
 */
export const DEFAULT_EVENT_WEIGHTS: OwnEventWeights = {
  ...USUAL_EVENT_WEIGHTS,
  rating: 1,
  dislike: -1000,
};

/** In a profile, of a type that has no weight. */
const OTHER_WEIGHT = 1;

/** The weights of all types that count in training data: types that weigh 0 do not. */
export function trainingWeights(own: OwnEventWeights = {}): Record<string, number> {
  const all = Object.entries({ ...DEFAULT_EVENT_WEIGHTS, ...own });
  return Object.fromEntries(all.filter(([, weight]) => weight !== 0));
}

/**
 * The weight of an event in a profile; zero and below means that the user does not like the item. A rating weighs its value times
 * the weight of ratings. Null: the event says nothing, as an impression, a type that weighs 0, or a rating without a value.
 */
export function eventWeight(type: string, value?: number, own: OwnEventWeights = {}): number | null {
  if (SILENT_EVENT_TYPES.includes(type)) return null;
  const weight = weightIn(own, type) ?? weightIn(DEFAULT_EVENT_WEIGHTS, type) ?? OTHER_WEIGHT;
  if (weight === 0) return null;
  if (type !== "rating") return weight;
  return value === undefined ? null : value * weight;
}

function weightIn(weights: OwnEventWeights, type: string): number | undefined {
  return Object.hasOwn(weights, type) ? weights[type] : undefined;
}
