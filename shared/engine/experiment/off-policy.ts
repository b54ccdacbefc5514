/**
 * What a new model would have earned, from the log of another one: each request says what was shown, with which probability, and what
 * came of it. Estimators and their variances: Dudík, Langford, Li, "Doubly Robust Policy Evaluation and Learning" (2011); the
 * self-normalised one: Swaminathan and Joachims (2015), its variance by Owen, "Monte Carlo theory, methods and examples" (2013), formula 9.8.
 */
import { normalQuantile } from "./statistics/distributions.ts";

/** One logged request. */
export interface LoggedChoice {
  /** The new model's probability of what was shown, over the logged one. 0 if it would have shown something else. */
  readonly weight: number;
  readonly reward: number;
  /** A guess of the reward of what was shown, made without this request; 0 for none. */
  readonly guessShown: number;
  /** A guess of the reward of what the new model would have shown. */
  readonly guessNew: number;
}

export interface Estimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface OffPolicyResult {
  readonly requests: number;
  /** (Σw)² / Σw²: as many requests of the new model itself would say as much. Kong (1992). */
  readonly effectiveSampleSize: number;
  readonly ips: Estimate;
  readonly selfNormalised: Estimate;
  readonly doublyRobust: Estimate;
}

/** The reward of a request under the new model. Null if no logged request shows what it would have shown. */
export function offPolicyEstimates(log: readonly LoggedChoice[], confidence: number): OffPolicyResult | null {
  const requests = log.length;
  const ofWeights = sumOf(log, ({ weight }) => weight);
  if (requests < 2 || ofWeights <= 0) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const self = sumOf(log, ({ weight, reward }) => weight * reward) / ofWeights;
  const squares = sumOf(log, ({ weight, reward }) => (weight * (reward - self)) ** 2);
  return {
    requests,
    effectiveSampleSize: ofWeights ** 2 / sumOf(log, ({ weight }) => weight * weight),
    ips: meanOf(log, ({ weight, reward }) => weight * reward, z),
    selfNormalised: around(self, z * (Math.sqrt(squares) / ofWeights)),
    doublyRobust: meanOf(
      log,
      ({ weight, reward, guessShown, guessNew }) => guessNew + weight * (reward - guessShown),
      z,
    ),
  };
}

type OfChoice = (choice: LoggedChoice) => number;

function meanOf(log: readonly LoggedChoice[], value: OfChoice, z: number): Estimate {
  const mean = sumOf(log, value) / log.length;
  const squares = sumOf(log, (choice) => (value(choice) - mean) ** 2);
  return around(mean, z * Math.sqrt(squares / (log.length - 1) / log.length));
}

function around(estimate: number, reach: number): Estimate {
  return { estimate, low: estimate - reach, high: estimate + reach };
}

function sumOf(log: readonly LoggedChoice[], value: OfChoice): number {
  return log.reduce((sum, choice) => sum + value(choice), 0);
}
