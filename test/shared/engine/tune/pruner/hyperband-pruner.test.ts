import { describe, expect, it } from "vitest";
import { bracketOf, pruneByHyperband } from "#engine/tune/pruner/hyperband-pruner.ts";
import type { Report, TrialRecord } from "#engine/tune/trial/trial.ts";

const SEED = 3;
const options = (number: number) => ({ number, seed: SEED, maxEpochs: 16 });

/** Numbers of the trials in a bracket. */
const inBracket = (bracket: number) =>
  [...Array(400).keys()].filter((number) => bracketOf(number, SEED, 16) === bracket);

const reportsTo = (epochs: number, value: number): Report[] =>
  Array.from({ length: epochs }, (_, at) => ({ step: at + 1, value }));

const trial = (number: number, epochs: number, value: number): TrialRecord => ({
  number,
  state: "COMPLETE",
  params: {},
  value,
  reports: reportsTo(epochs, value),
});

describe("bracketOf", () => {
  it("assigns trials in proportion to the brackets' sizes", () => {
    // 16 epochs at reduction 3 make brackets of sizes ⌈3·9/3⌉, ⌈3·3/2⌉ and ⌈3·1/1⌉: 9, 5 and 3 of 17.
    const shares = [0, 1, 2].map((bracket) => inBracket(bracket).length / 400);
    expect(shares[0]).toBeCloseTo(9 / 17, 1);
    expect(shares[1]).toBeCloseTo(5 / 17, 1);
    expect(shares[2]).toBeCloseTo(3 / 17, 1);
  });
});

describe("pruneByHyperband", () => {
  const [first = 0, second = 0, third = 0, own = 0] = inBracket(0);
  const history = [trial(first, 9, 0.3), trial(second, 9, 0.2), trial(third, 9, 0.1)];

  it.each([
    ["lets the best third go on", 1, 0.4, false],
    ["stops what is below it", 1, 0.25, true],
    ["compares at powers of three only", 2, 0.01, false],
    ["compares again at the next rung", 3, 0.25, true],
    ["stops what is no number", 1, Number.NaN, true],
  ])("%s", (_case, epochs, value, expected) => {
    expect(pruneByHyperband(reportsTo(epochs, value), history, options(own))).toBe(expected);
  });

  it("does not compare across brackets, nor early in a bracket that begins late", () => {
    const [late = 0] = inBracket(2);
    expect(pruneByHyperband(reportsTo(3, 0.01), history, options(late))).toBe(false);
    expect(pruneByHyperband(reportsTo(9, 0.01), history, options(late))).toBe(false);
    const rival = [...history, trial(inBracket(2)[1] ?? 0, 9, 0.3)];
    expect(pruneByHyperband(reportsTo(9, 0.01), rival, options(late))).toBe(true);
  });

  it("lets the first of a bracket go on, and waits for a report", () => {
    expect(pruneByHyperband(reportsTo(1, 0.1), [], options(own))).toBe(false);
    expect(pruneByHyperband([], history, options(own))).toBe(false);
  });
});
