import { EngineError } from "../engine-error.ts";
import type { Random } from "../random.ts";
import type { Sample } from "./statistics/sample.ts";

/** As many worlds are drawn; the shares are exact to about .005. */
const DRAWS = 10_000;
/** The probability with which the best of a draw is taken, else the second best. Russo (2016) shows that 1/2 is close to the best choice. */
const TAKE_BEST = 0.5;

/**
 * Shares of traffic by top-two Thompson sampling: Russo, "Simple Bayesian Algorithms for Best-Arm Identification" (2016). The variant that
 * is probably the best gets about half, its rivals the rest, so that the test ends early. Each variant keeps at least the floor.
 *
 * A variant with fewer than two people or without any spread has no posterior yet: then all get equal shares.
 *
 * @param floor The least share of a variant, at most 1 / variants.
 * @returns Shares in the order of the variants; they add up to 1.
 */
export function thompsonShares(samples: readonly Sample[], floor: number, random: Random): number[] {
  const count = samples.length;
  if (count === 0 || !(floor >= 0) || floor * count > 1 + 1e-12) {
    throw new EngineError(
      "BAD_PARAMETER",
      `The floor must be between 0 and 1/${count}, the number of variants.`,
    );
  }
  const equal = samples.map(() => 1 / count);
  if (count < 2 || samples.some((sample) => sample.count < 2 || sample.variance <= 0)) return equal;
  const best = winProbabilities(samples, random);
  return withFloor(topTwo(best), floor);
}

/** The probability of each variant that its mean is the highest, by draws from the posteriors of the means, which are normal. */
export function winProbabilities(samples: readonly Sample[], random: Random): number[] {
  const wins = samples.map(() => 0);
  for (let draw = 0; draw < DRAWS; draw++) {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    samples.forEach(({ mean, variance, count }, at) => {
      const value = mean + random.normal() * Math.sqrt(variance / Math.max(1, count));
      if (value <= highest) return;
      highest = value;
      best = at;
    });
    wins[best] = (wins[best] as number) + 1;
  }
  return wins.map((count) => count / DRAWS);
}

/** The second of the two is the first other variant that wins a draw, so each other one by its own probability. */
function topTwo(best: readonly number[]): number[] {
  return best.map((own, at) => {
    let second = 0;
    best.forEach((other, of) => {
      if (of === at) return;
      const rest = 1 - other;
      // A variant that wins every draw leaves no second: the others share what it leaves.
      second += rest > 0 ? (other * own) / rest : other / (best.length - 1);
    });
    return TAKE_BEST * own + (1 - TAKE_BEST) * second;
  });
}

/** Shares below the floor are raised to it; what that costs is taken from the others by their size above it. */
function withFloor(shares: readonly number[], floor: number): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const room = 1 - floor * shares.length;
  const above = shares.map((share) => Math.max(0, share / total - floor));
  const sum = above.reduce((all, part) => all + part, 0);
  return above.map((part) => floor + (sum > 0 ? (part / sum) * room : room / shares.length));
}
