import type { LengthWeight } from "../../algorithms/blend/length-weight.ts";
import type { WorkStep } from "../run/fit-steps.ts";
import type { CandidateScores } from "./candidate-scores.ts";

/** Steps of a weight, from coarse to fine. */
const RATIOS = [4, 2, Math.SQRT2, 2 ** 0.25];
const WIDEST_RATIO = 1000;
/** A third component and further ones cost time and memory at every request, so they must be worth it. */
const WORTHWHILE_GAIN = 1.004;
/** Steps of the power by which a weight depends on how much is known of somebody, and the largest power. */
const POWER_STEPS = [0.5, 0.25];
const LARGEST_POWER = 1.5;
/** Such weights must be worth it: on few users, chance gives them a gain. */
const GAIN_BY_LENGTH = 1.01;
/** Weights that agree in this many digits are the same: they differ by the rounding of steps up and down. */
const DIGITS = 10;

export interface WeightSearchInput {
  /** Of each slot, how many models there are to choose one of. */
  readonly slots: readonly number[];
  /** Asked between weights: from then on the best blend so far is taken. */
  readonly isTimeUp?: () => boolean;
}

/** A model of a slot and how much it counts. */
export interface Part extends LengthWeight {
  readonly slot: number;
  readonly alternative: number;
}

export interface Blend {
  /** In the order of slots; weights above 0. */
  readonly parts: readonly Part[];
  readonly value: number;
}

type Steps<Result> = Generator<WorkStep, Result, unknown>;

/**
 * Looks for the best weights on the scores of candidates. Begins with the best model and adds the slot that helps most, as long as
 * one helps. Then each slot's other models are tried in its place. In the end weights may depend on how much is known of somebody.
 */
export class WeightSearch {
  readonly #input: WeightSearchInput;
  readonly #scores: CandidateScores;
  /** Only the ratios of weights matter: about half of the steps lead to weights that were measured before. */
  readonly #measured = new Map<string, number>();

  constructor(input: WeightSearchInput, scores: CandidateScores) {
    this.#input = input;
    this.#scores = scores;
  }

  /** The value of each model alone, by slot. */
  measureAlone(): number[][] {
    return this.#input.slots.map((count, slot) =>
      Array.from({ length: count }, (_, alternative) => this.#measure([{ slot, alternative, ...PLAIN }])),
    );
  }

  /** @param step Yielded after each measurement. */
  *run(alone: readonly (readonly number[])[], step: WorkStep): Steps<Blend> {
    const grown = yield* this.#grow(bestAlone(alone), step);
    const exchanged = yield* this.#exchange(grown, step);
    return yield* this.#lean(exchanged, step);
  }

  /** Adds slots, the most helpful first, until none is worth it. */
  *#grow(start: Blend, step: WorkStep): Steps<Blend> {
    let blend = start;
    for (;;) {
      let best = blend;
      for (const [slot, count] of this.#input.slots.entries()) {
        if (blend.parts.some((part) => part.slot === slot)) continue;
        for (let alternative = 0; alternative < count; alternative++) {
          if (this.#isTimeUp) break;
          const parts = [...blend.parts, { slot, alternative, weight: meanWeight(blend), lengthPower: 0 }];
          const found = yield* this.#climb(parts, step);
          if (found.value > best.value) best = found;
        }
      }
      const needed = blend.parts.length < 2 ? blend.value : blend.value * WORTHWHILE_GAIN;
      if (best.parts.length <= blend.parts.length || best.value <= needed) return blend;
      blend = best;
    }
  }

  /** Tries each slot's other models, with weights of their own. */
  *#exchange(start: Blend, step: WorkStep): Steps<Blend> {
    let best = start;
    for (const { slot } of start.parts) {
      for (let alternative = 0; alternative < (this.#input.slots[slot] ?? 0); alternative++) {
        if (this.#isTimeUp) return best;
        if (best.parts.some((part) => part.slot === slot && part.alternative === alternative)) continue;
        const parts = best.parts.map((part) => (part.slot === slot ? { ...part, alternative } : part));
        const found = yield* this.#climb(parts, step);
        if (found.value > best.value) best = found;
      }
    }
    return best;
  }

  /** Lets weights depend on how much is known of somebody, where that is worth it. */
  *#lean(start: Blend, step: WorkStep): Steps<Blend> {
    let best = start;
    for (const size of start.parts.length > 1 ? POWER_STEPS : []) {
      for (const { slot } of start.parts) {
        for (const change of [size, -size]) {
          for (let isBetter = !this.#isTimeUp; isBetter; ) {
            isBetter = false;
            const parts = leaning(best.parts, slot, change, this.#scores.typicalKnownCount);
            if (parts === null) continue;
            const value = this.#measure(parts);
            yield step;
            isBetter = value > best.value;
            if (isBetter) best = { parts, value };
          }
        }
      }
    }
    if (best === start) return start;
    const climbed = yield* this.#climb(best.parts, step);
    return climbed.value > start.value * GAIN_BY_LENGTH ? climbed : start;
  }

  /** Moves each weight in turn up or down by ever finer ratios, or to 0, as long as it helps. */
  *#climb(start: readonly Part[], step: WorkStep): Steps<Blend> {
    const sorted = start.toSorted((a, b) => a.slot - b.slot);
    let best: Blend = { parts: sorted, value: this.#measure(sorted) };
    for (const ratio of RATIOS) {
      for (const { slot } of sorted) {
        for (const factor of [1 / ratio, ratio, 0]) {
          for (let isBetter = !this.#isTimeUp; isBetter; ) {
            isBetter = false;
            const parts = scaled(best.parts, slot, factor);
            if (parts === null) continue;
            const value = this.#measure(parts);
            yield step;
            isBetter = value > best.value;
            if (isBetter) best = { parts, value };
          }
        }
      }
    }
    return best;
  }

  get #isTimeUp(): boolean {
    return this.#input.isTimeUp?.() === true;
  }

  /** The value with the first weight at 1, as the blend is given back in the end. */
  #measure(parts: readonly Part[]): number {
    const unit = parts[0]?.weight ?? 1;
    const relative = parts.map((part) => ({ ...part, weight: part.weight / unit }));
    const key = relative
      .map(({ slot, alternative, weight, lengthPower }) => {
        return `${slot}.${alternative}:${weight.toPrecision(DIGITS)}^${lengthPower}`;
      })
      .join();
    let value = this.#measured.get(key);
    if (value === undefined) {
      value = this.#scores.measure(this.#weightsByModel(relative));
      this.#measured.set(key, value);
    }
    return value;
  }

  /** Weights in the order of slots and, in each, of its models, 0 for models that take no part. */
  #weightsByModel(parts: readonly Part[]): LengthWeight[] {
    return this.#input.slots.flatMap((count, slot) =>
      Array.from({ length: count }, (_, alternative) => {
        const part = parts.find((one) => one.slot === slot && one.alternative === alternative);
        return part ?? NONE;
      }),
    );
  }
}

const PLAIN: LengthWeight = { weight: 1, lengthPower: 0 };
const NONE: LengthWeight = { weight: 0, lengthPower: 0 };

function bestAlone(alone: readonly (readonly number[])[]): Blend {
  let best: Blend = { parts: [], value: Number.NEGATIVE_INFINITY };
  for (const [slot, values] of alone.entries()) {
    for (const [alternative, value] of values.entries()) {
      if (value > best.value) best = { parts: [{ slot, alternative, ...PLAIN }], value };
    }
  }
  return best;
}

function meanWeight({ parts }: Blend): number {
  return parts.reduce((sum, { weight }) => sum + weight, 0) / parts.length;
}

/** The parts with one weight changed; null where that leaves nothing, changes nothing or lets one dwarf another. */
function scaled(parts: readonly Part[], slot: number, factor: number): readonly Part[] | null {
  const changed = parts.flatMap((part) => {
    if (part.slot !== slot) return [part];
    return factor === 0 ? [] : [{ ...part, weight: part.weight * factor }];
  });
  const weights = changed.map(({ weight }) => weight);
  const isSame = changed.length === parts.length && !parts.some((part) => part.slot === slot);
  if (changed.length === 0 || isSame) return null;
  return Math.max(...weights) > WIDEST_RATIO * Math.min(...weights) ? null : changed;
}

/** The parts with one power changed, at the same weight for a typical person; null where that leads too far. */
function leaning(
  parts: readonly Part[],
  slot: number,
  change: number,
  typicalKnownCount: number,
): readonly Part[] | null {
  const changed = parts.map((part) => {
    if (part.slot !== slot) return part;
    const weight = part.weight * typicalKnownCount ** -change;
    return { ...part, weight, lengthPower: part.lengthPower + change };
  });
  return changed.some(({ lengthPower }) => Math.abs(lengthPower) > LARGEST_POWER) ? null : changed;
}
