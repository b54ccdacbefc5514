import { type Direction, lossOf, type TrialParams, type TrialRecord } from "../trial/trial.ts";
import { insertByNumber } from "./insert-by-number.ts";

const BEST_SHARE = 0.15;
const MAX_BEST_COUNT = 25;
/**
 * The density of the other trials uses at most this many: the newest, which count in full, and others evenly from all before. It
 * shows where little can be found; more kernels would give the same picture and make each suggestion of a long study more
 * expensive.
 */
const MAX_REST_COUNT = 200;
const NEWEST_OF_REST = 100;

/** Configurations divided into good ones and others, each part oldest first. */
export interface BestAndRest {
  readonly best: readonly TrialParams[];
  readonly rest: readonly TrialParams[];
}

/** The finished trials that have certain parameters; the best of them are always known. */
export class RankedTrials {
  readonly #names: readonly string[];
  readonly #direction: Direction;
  readonly #byNumber: TrialRecord[] = [];
  /** Best first, at most as many as can count as the best. */
  readonly #best: Standing[] = [];

  constructor(names: readonly string[], direction: Direction) {
    this.#names = names;
    this.#direction = direction;
  }

  get count(): number {
    return this.#byNumber.length;
  }

  /** Ignores a trial that lacks one of the parameters. */
  add(trial: TrialRecord): void {
    if (!this.#names.every((name) => trial.params[name] !== undefined)) return;
    insertByNumber(this.#byNumber, trial);
    const standing = standingOf(trial, this.#direction);
    let place = this.#best.length;
    while (place > 0 && compare(standing, this.#best[place - 1] as Standing) < 0) place--;
    this.#best.splice(place, 0, standing);
    if (this.#best.length > MAX_BEST_COUNT) this.#best.pop();
  }

  /** The best 15 %, at most 25, and a bounded sample of the rest. */
  part(): BestAndRest {
    const bestCount = Math.min(Math.ceil(BEST_SHARE * this.count), MAX_BEST_COUNT);
    const best = this.#best.slice(0, bestCount).map(({ trial }) => trial);
    const isBest = new Set(best);
    const rest = this.#sample(bestCount).filter((trial) => !isBest.has(trial));
    return {
      best: best.sort((a, b) => a.number - b.number).map(({ params }) => params),
      rest: rest.map(({ params }) => params),
    };
  }

  #sample(bestCount: number): TrialRecord[] {
    const all = this.#byNumber;
    if (all.length - bestCount <= MAX_REST_COUNT) return all;
    const olderCount = all.length - NEWEST_OF_REST;
    const taken = MAX_REST_COUNT - NEWEST_OF_REST;
    const older = Array.from(
      { length: taken },
      (_, at) => all[Math.floor((at * olderCount) / taken)] as TrialRecord,
    );
    return [...older, ...all.slice(olderCount)];
  }
}

/** The last step of a trial, and its loss there. */
interface Standing {
  readonly trial: TrialRecord;
  readonly step: number;
  readonly loss: number;
}

/**
 * As in Optuna: complete trials by value, then pruned ones, then those pruned without a report. Of pruned ones the later step
 * comes first; at the same step their last report decides.
 */
function compare(a: Standing, b: Standing): number {
  return b.step - a.step || (a.loss === b.loss ? 0 : a.loss - b.loss) || a.trial.number - b.trial.number;
}

function standingOf(trial: TrialRecord, direction: Direction): Standing {
  const { state, value, reports } = trial;
  if (state === "COMPLETE") {
    return { trial, step: Number.MAX_VALUE, loss: lossOf(value ?? Number.NaN, direction) };
  }
  const last = reports.at(-1);
  return last
    ? { trial, step: last.step, loss: lossOf(last.value, direction) }
    : { trial, step: -1, loss: 0 };
}
