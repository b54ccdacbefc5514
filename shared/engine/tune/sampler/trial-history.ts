/**
 * What a study has tried and learned, indexed as it grows. The queries of a choice cost the same after ten trials and after ten
 * thousand. It depends only on its trials, in the order of their numbers, so a rebuilt history is the same.
 */

import type { ParamValue } from "#contract/algorithms.ts";
import type { Direction, TrialParams, TrialRecord } from "../trial/trial.ts";
import type { ProcessShape } from "./gaussian-process.ts";
import { insertByNumber } from "./insert-by-number.ts";
import { ObservationSample } from "./observation-sample.ts";
import { RankedTrials } from "./ranked-trials.ts";
import { ALGORITHM_PARAM, type SpaceParam } from "./search-space.ts";

/** Equal for equal parameters, whatever the order of their names. */
export function configurationKey(params: TrialParams): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The trials of an algorithm in a sample: all, or those in which a parameter has a given value. */
export interface SampleOf {
  readonly algorithm: ParamValue;
  readonly where?: { readonly param: string; readonly equals: ParamValue };
}

export class TrialHistory {
  readonly #records = new Map<number, TrialRecord>();
  readonly #tried = new Set<string>();
  readonly #distinct: TrialParams[] = [];
  readonly #countByAlgorithm = new Map<ParamValue | undefined, number>();
  readonly #countByValue = new Map<string, Map<ParamValue | undefined, number>>();
  /** Those that are complete or pruned, and those with a finite value, by number. */
  readonly #finished: TrialRecord[] = [];
  readonly #observed: TrialRecord[] = [];
  readonly #ranked = new Map<string, RankedTrials>();
  readonly #samples = new Map<string, { readonly of: SampleOf; readonly sample: ObservationSample }>();
  readonly #shapes = new WeakMap<ObservationSample, { landmarks: string; shape: ProcessShape }>();
  readonly #best = new Map<ParamValue | undefined, TrialRecord>();

  static of(records: readonly TrialRecord[]): TrialHistory {
    const history = new TrialHistory();
    for (const record of records) history.set(record);
    return history;
  }

  /** Adds a trial, or updates its outcome. Its parameters never change; a finished trial never changes. */
  set(record: TrialRecord): void {
    const known = this.#records.get(record.number);
    this.#records.set(record.number, record);
    if (!known) this.#addConfiguration(record.params);
    if (isFinished(record) && !(known && isFinished(known))) {
      insertByNumber(this.#finished, record);
      for (const ranked of this.#ranked.values()) ranked.add(record);
    }
    if (isObserved(record) && !(known && isObserved(known))) this.#observe(record);
  }

  /** Whether a configuration was tried, with any outcome. */
  has(params: TrialParams): boolean {
    return this.#tried.has(configurationKey(params));
  }

  /** Trials of an algorithm in any state. */
  countOf(algorithm: ParamValue): number {
    return this.#countByAlgorithm.get(algorithm) ?? 0;
  }

  /** Different configurations in which a parameter has a value. */
  configurationsWith(name: string, value: ParamValue): number {
    let counts = this.#countByValue.get(name);
    if (!counts) {
      counts = new Map();
      for (const params of this.#distinct) increase(counts, params[name]);
      this.#countByValue.set(name, counts);
    }
    return counts.get(value) ?? 0;
  }

  /** The trial of an algorithm with the largest value, pruned ones included; the earliest of equals. */
  bestOf(algorithm: ParamValue): TrialRecord | null {
    return this.#best.get(algorithm) ?? null;
  }

  /** The largest value of all trials, pruned ones included; null before the first. */
  bestValue(): number | null {
    const values = [...this.#best.values()].flatMap(({ value }) => value ?? []);
    return values.length > 0 ? Math.max(...values) : null;
  }

  /** The finished trials that have all of these parameters. */
  finishedWith(names: readonly string[], direction: Direction): RankedTrials {
    const key = JSON.stringify([direction, names]);
    let ranked = this.#ranked.get(key);
    if (!ranked) {
      ranked = new RankedTrials(names, direction);
      for (const record of this.#finished) ranked.add(record);
      this.#ranked.set(key, ranked);
    }
    return ranked;
  }

  /** The observations of an algorithm's parameters; a pruned trial counts with its last value. */
  observations(params: readonly SpaceParam[], of: SampleOf): ObservationSample {
    const key = JSON.stringify([of, params]);
    let entry = this.#samples.get(key);
    if (!entry) {
      entry = { of, sample: new ObservationSample(params) };
      for (const record of this.#observed) if (belongs(record, of)) entry.sample.add(record);
      this.#samples.set(key, entry);
    }
    return entry.sample;
  }

  /** The shape learned from samples, learned again only when one of them has reached another landmark. */
  *shapeOf(
    samples: readonly ObservationSample[],
    learn: () => Generator<undefined, ProcessShape, undefined>,
  ): Generator<undefined, ProcessShape, undefined> {
    const [first] = samples;
    const landmarks = samples.map(({ landmark }) => landmark.count).join();
    const known = first && this.#shapes.get(first);
    if (known?.landmarks === landmarks) return known.shape;
    const shape = yield* learn();
    if (first) this.#shapes.set(first, { landmarks, shape });
    return shape;
  }

  #addConfiguration(params: TrialParams): void {
    increase(this.#countByAlgorithm, params[ALGORITHM_PARAM]);
    const key = configurationKey(params);
    if (this.#tried.has(key)) return;
    this.#tried.add(key);
    this.#distinct.push(params);
    for (const [name, counts] of this.#countByValue) increase(counts, params[name]);
  }

  #observe(record: TrialRecord): void {
    insertByNumber(this.#observed, record);
    for (const { of, sample } of this.#samples.values()) if (belongs(record, of)) sample.add(record);
    const algorithm = record.params[ALGORITHM_PARAM];
    const best = this.#best.get(algorithm);
    const [value, bestValue] = [Number(record.value), Number(best?.value)];
    const isEarlierEqual = best !== undefined && value === bestValue && record.number < best.number;
    if (!best || value > bestValue || isEarlierEqual) this.#best.set(algorithm, record);
  }
}

function increase(counts: Map<ParamValue | undefined, number>, value: ParamValue | undefined): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

function isFinished({ state }: TrialRecord): boolean {
  return state === "COMPLETE" || state === "PRUNED";
}

function isObserved({ value }: TrialRecord): boolean {
  return value !== null && Number.isFinite(value);
}

function belongs({ params }: TrialRecord, { algorithm, where }: SampleOf): boolean {
  return params[ALGORITHM_PARAM] === algorithm && (!where || params[where.param] === where.equals);
}
