/**
 * A fit that ends in NaN, infinities, or only zeros fails with a reason instead of being stored. The registry puts this one guard
 * around every algorithm, so blends and their components have it, too.
 */

import type { Section } from "../../artifact/section.ts";
import { csrRow } from "../../data/csr-row.ts";
import { MAX_WEIGHT, MIN_WEIGHT } from "../../data/read/parse-weight.ts";
import { EngineError } from "../../engine-error.ts";
import { overRanges, type Steps } from "../../in-steps.ts";
import type { Algorithm, FitInput, FitTask, KnownUser, Model } from "./algorithm.ts";

/** Number of scores computed to check a model; at least the three users with the most extreme weights are scored. */
const SCORES_PER_LOOK = 200_000;
const MAX_USERS = 32;
const FOLDED_USERS = 8;

export function withFiniteFits(algorithm: Algorithm): Algorithm {
  return {
    ...algorithm,
    begin: (input, params) => new FiniteFit(algorithm.begin(input, params), algorithm.name, input),
    resume: (input, params, checkpoint) =>
      new FiniteFit(algorithm.resume(input, params, checkpoint), algorithm.name, input),
  };
}

class FiniteFit implements FitTask {
  readonly #task: FitTask;
  readonly #name: string;
  readonly #input: FitInput;
  #look: Look | null = null;

  constructor(task: FitTask, name: string, input: FitInput) {
    this.#task = task;
    this.#name = name;
    this.#input = input;
  }

  get done(): boolean {
    return this.#task.done;
  }

  get epoch(): number {
    return this.#task.epoch;
  }

  get progress(): number {
    return this.#task.progress;
  }

  step(): void {
    this.#task.step();
  }

  checkpoint(): ReturnType<FitTask["checkpoint"]> {
    return this.#task.checkpoint();
  }

  /** Throws `BAD_DATA` when a score is not finite, or when all are 0 and the weights are beyond what f32 can square. */
  model(): Model {
    const model = this.#task.model();
    try {
      this.#look ??= lookAt(this.#input);
      requireScores(this.#name, this.#look, model.itemCount, ({ index, profile }, out) =>
        model.scoreUserInto(index, profile, out),
      );
      if (!this.done) return model;
      // The stored form may know users by their profiles alone.
      const few = { ...this.#look, users: this.#look.users.slice(0, FOLDED_USERS) };
      requireScores(this.#name, few, model.itemCount, ({ profile }, out) =>
        model.scoreProfileInto(profile, out),
      );
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#task.dispose();
  }
}

/** The users to score, and the range of the weights. */
interface Look {
  readonly users: readonly KnownUser[];
  readonly least: number;
  readonly most: number;
}

/** The users of the largest weight, of the smallest and of the largest sum, and some others evenly spaced. */
function lookAt({ userItems }: FitInput): Look {
  const { rowCount, columnCount, indptr, values } = userItems;
  let [least, most, mostTogether] = [Number.POSITIVE_INFINITY, 0, 0];
  const chosen = { least: 0, most: 0, mostTogether: 0 };
  for (let user = 0; user < rowCount; user++) {
    let together = 0;
    for (let at = indptr[user] as number; at < (indptr[user + 1] as number); at++) {
      const weight = values[at] as number;
      together += weight;
      if (weight < least) [least, chosen.least] = [weight, user];
      if (weight > most) [most, chosen.most] = [weight, user];
    }
    if (together > mostTogether) [mostTogether, chosen.mostTogether] = [together, user];
  }
  const others = Math.min(MAX_USERS, rowCount, Math.floor(SCORES_PER_LOOK / columnCount));
  const spaced = Array.from({ length: others }, (_, at) => Math.floor((at * rowCount) / others));
  const users = [...new Set([...Object.values(chosen), ...spaced])];
  return {
    users: users.map((index) => ({ index, profile: csrRow(userItems, index) })),
    least,
    most,
  };
}

type Score = (user: KnownUser, out: Float32Array) => void;

/** @param itemCount Length of what `score` writes. */
function requireScores(name: string, look: Look, itemCount: number, score: Score): void {
  const scores = new Float32Array(itemCount);
  let isSilent = true;
  for (const user of look.users) {
    score(user, scores);
    for (let item = 0; item < scores.length; item++) {
      const value = scores[item] as number;
      if (!Number.isFinite(value)) throw unfit(name, `a score is ${value}`, look);
      if (value !== 0) isSilent = false;
    }
  }
  if (isSilent && isExtreme(look)) throw unfit(name, "every score is 0", look);
}

const isExtreme = ({ most }: Look) => most > MAX_WEIGHT || most < MIN_WEIGHT;

function unfit(name: string, what: string, look: Look): EngineError {
  const range = `The weights range from ${look.least} to ${look.most}`;
  const advice = isExtreme(look)
    ? `${range}: bring them to ${MIN_WEIGHT} … ${MAX_WEIGHT}, in another unit or by their logarithm.`
    : `${range}, which is fine, so the parameters are too extreme.`;
  return new EngineError("BAD_DATA", `${name} cannot be fitted: ${what}. ${advice}`);
}

/** Checks the sections to store, in pieces of a few milliseconds. Throws `BAD_DATA` for NaN and infinities. */
export function* requireFiniteSections(name: string, sections: readonly Section[]): Steps<void> {
  for (const { name: section, data } of sections) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    yield* overRanges(data.length, (from, to) => {
      for (let at = from; at < to; at++) {
        if (Number.isFinite(data[at])) continue;
        const what = `${name} cannot be stored: "${section}" holds ${data[at]}.`;
        throw new EngineError("BAD_DATA", `${what} The weights or the parameters are too extreme.`);
      }
    });
  }
}
