import { describe, expect, it } from "vitest";
import type { LoggedList, LoggedPerson } from "#engine/experiment/replay/replay-log.ts";
import { CrossedGuess, depthOf, replayedList } from "#engine/experiment/replay/replay-people.ts";

const list = (...places: readonly [itemId: string, probability: number, isTaken: boolean][]): LoggedList => ({
  ...{ at: 0, isMixed: false },
  places: places.map(([itemId, probability, isTaken], place) => ({ itemId, place, probability, isTaken })),
});
const noGuess = () => 0;

describe("a list beside the new model's", () => {
  it("weighs the places in which both agree", () => {
    const logged = list(["a", 0.5, true], ["b", 0.25, true], ["c", 0.5, false]);
    expect(replayedList(logged, ["a", "x", "c"], noGuess)).toEqual({
      ...{ places: 3, reward: 2, weight: 4, weighted: 2, robust: 2 },
    });
    expect(depthOf(logged)).toBe(3);
  });

  it("gives no weight to places whose probability nobody knows, nor to those that the new model leaves empty", () => {
    expect(replayedList(list(["a", 0, true], ["b", 1, true]), ["a"], noGuess)).toMatchObject({
      ...{ weight: 0, weighted: 0, robust: 0 },
    });
  });

  it("corrects the guess of the new list by what was shown", () => {
    const guess = (itemId: string) => (itemId === "a" ? 0.2 : 0.4);
    expect(replayedList(list(["a", 0.5, true], ["b", 1, false]), ["a", "c"], guess).robust).toBeCloseTo(
      0.2 + 0.4 + 2 * (1 - 0.2),
      12,
    );
  });
});

describe("the guess", () => {
  const person = (who: string, ...lists: LoggedList[]): LoggedPerson => ({
    ...{ who, userId: who, acts: [], lists: new Map(lists.map((one, at) => [`r${at}`, one])) },
  });
  const hashOf = (id: string) => id.charCodeAt(0);

  it("is made of other people", () => {
    const taker = person("1.0", ...Array.from({ length: 50 }, () => list(["a", 1, true])));
    const other = person("1.1", ...Array.from({ length: 50 }, () => list(["a", 1, false], ["b", 1, true])));
    const guess = new CrossedGuess([taker, other], hashOf);
    expect(guess.of(taker, "a", 0)).toBeLessThan(0.3);
    expect(guess.of(other, "a", 0)).toBeGreaterThan(0.9);
    expect(guess.of(taker, "b", 1)).toBeGreaterThan(0.5);
  });
});
