/** Logged lists beside those that a new model would have shown, with guesses that were made without the people they are used for. */

import type { ReplayedList } from "./off-policy.ts";
import type { LoggedList, LoggedPerson } from "./replay-log.ts";
import { RewardGuess } from "./reward-guess.ts";

/** A hash of an item's id, 32 bits. */
type HashOf = (itemId: string) => number;

/** Two guesses: each is made of one half of the people and used for the other. */
export class CrossedGuess {
  readonly #halves = [new RewardGuess(), new RewardGuess()] as const;
  readonly #hashOf: HashOf;

  constructor(people: readonly LoggedPerson[], hashOf: HashOf) {
    this.#hashOf = hashOf;
    for (const person of people) {
      const half = this.#halves[1 - halfOf(person)] as RewardGuess;
      for (const { places } of person.lists.values()) {
        for (const { itemId, place, isTaken } of places) half.add(hashOf(itemId), place, Number(isTaken));
      }
    }
  }

  /** From 0 to 1, without what this person did. */
  of(person: LoggedPerson, itemId: string, place: number): number {
    return (this.#halves[halfOf(person)] as RewardGuess).of(this.#hashOf(itemId), place);
  }
}

/** Another part of the hash than the one that samples. */
function halfOf({ who }: LoggedPerson): 0 | 1 {
  return Number.parseInt(who.slice(who.indexOf(".") + 1), 36) % 2 === 0 ? 0 : 1;
}

/** How many items of the new list a logged list needs. */
export function depthOf({ places }: LoggedList): number {
  return places.reduce((depth, { place }) => Math.max(depth, place + 1), 0);
}

/**
 * @param fresh The new model's items from rank 1 on. Where it has none, nothing is taken.
 * @param guess Of an item in a place.
 */
export function replayedList(
  { places }: LoggedList,
  fresh: readonly string[],
  guess: (itemId: string, place: number) => number,
): ReplayedList {
  const sums = { places: places.length, reward: 0, weight: 0, weighted: 0, robust: 0 };
  for (const { itemId, place, probability, isTaken } of places) {
    const reward = Number(isTaken);
    const wanted = fresh[place];
    const weight = wanted === itemId && probability > 0 ? 1 / probability : 0;
    sums.reward += reward;
    sums.weight += weight;
    sums.weighted += weight * reward;
    if (wanted !== undefined) sums.robust += guess(wanted, place);
    if (weight > 0) sums.robust += weight * (reward - guess(itemId, place));
  }
  return sums;
}
