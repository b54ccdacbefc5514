import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { SETTINGS_PER_SLOT } from "#engine/tune/blend/blend-candidates.ts";
import { SectionFile } from "./section-file.ts";

/**
 * Models that wait for the blend may take this many bytes; the worst are dropped first. A dropped model is fitted
 * again.
 */
const MOST_BYTES = 1.5e9;

interface Kept {
  readonly trial: number;
  readonly algorithm: AlgorithmName;
  readonly value: number;
  readonly file: SectionFile;
}

/**
 * The models of each algorithm's best trials, in their stored form, so that the blend does not fit them again. They wait in
 * temporary files, because together they are larger than everything else that a study holds.
 */
export class KeptModels {
  #kept: Kept[] = [];
  readonly #mostBytes: number;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Models of the algorithm are kept from this value on. */
  leastValue(algorithm: AlgorithmName): number {
    const own = this.#kept.filter((one) => one.algorithm === algorithm);
    if (own.length < SETTINGS_PER_SLOT) return Number.NEGATIVE_INFINITY;
    return Math.min(...own.map(({ value }) => value));
  }

  add(trial: number, algorithm: AlgorithmName, value: number, sections: readonly Section[]): void {
    const all = [...this.#kept, { trial, algorithm, value, file: new SectionFile(sections) }];
    const isBest = (one: Kept) =>
      all.filter((other) => other.algorithm === one.algorithm && isBetter(other, one)).length <
      SETTINGS_PER_SLOT;
    const kept = all.filter(isBest).sort((a, b) => (isBetter(a, b) ? -1 : 1));
    while (kept.reduce((sum, { file }) => sum + file.bytes, 0) > this.#mostBytes) kept.pop();
    for (const one of all) if (!kept.includes(one)) one.file.close();
    this.#kept = kept;
  }

  has(trial: number): boolean {
    return this.#kept.some((one) => one.trial === trial);
  }

  /** The model of a trial, which the caller disposes of; null when it was not kept. */
  find(trial: number, kernels: Kernels): Model | null {
    const kept = this.#kept.find((one) => one.trial === trial);
    return kept ? algorithmOf(kept.algorithm).decode(kept.file.read(), kernels) : null;
  }

  /** Lets all go. */
  close(): void {
    for (const { file } of this.#kept) file.close();
    this.#kept = [];
  }
}

/** Of equal trials the earlier one is better, as in the study. */
function isBetter(a: Kept, b: Kept): boolean {
  return a.value > b.value || (a.value === b.value && a.trial < b.trial);
}
