import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { finishSteps, type Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { Factors, requireFactors } from "../factor-store/factors.ts";
import { FeatureMap } from "../feature-map/feature-map.ts";
import { fitRidgeMap, type RidgeSystem, ridgeSystem, showMap } from "../feature-map/ridge-map.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";
import { confidentRows, type IalsConfig, ridgeOf } from "./ials-config.ts";
import { HalfEpoch } from "./ials-half-epoch.ts";

/**
 * Conjugate-gradient steps of an epoch, which begins with the map of the epoch before. More steps give the same quality: 2, 4, 8 and 30
 * differ by less than .001 on ML-100K and ml-latest-small (`test/bench/features`), and 30 take three times as long.
 */
const MAP_STEPS = 4;

/** Names of the sections of one side, in a checkpoint. */
export interface SideNames {
  readonly factors: string;
  readonly map: string;
}

export interface SideInput {
  readonly kernels: Kernels;
  readonly config: IalsConfig;
  /** Rows = this side. */
  readonly matrix: CsrMatrix;
  readonly features: CsrMatrix;
  /** The penalty of the map from features to factors, in rows. */
  readonly lambda: number;
  readonly names: SideNames;
}

/** The state of one side in a checkpoint. */
export interface StoredSide {
  readonly factors: Section;
  readonly map: Float32Array;
}

/** Users or items of a fit: their factors, the map from their features, and what the map says of each. */
export class FeatureSide {
  readonly factors: Factors;
  readonly map: FeatureMap;
  readonly half: HalfEpoch;
  readonly #input: SideInput;
  readonly #prior: F32Buffer;
  readonly #rowWeights: Float32Array;
  #system: RidgeSystem | null = null;
  #mapping: Steps<void> | null = null;

  constructor(input: SideInput, stored?: StoredSide) {
    const { kernels, config, matrix, features } = input;
    const { dim, stride } = config;
    const shape = { count: matrix.rowCount, dim, stride };
    this.#input = input;
    this.factors = stored
      ? Factors.resumed(kernels, stored.factors, shape)
      : new Factors(kernels, matrix.rowCount, dim, stride);
    this.map = new FeatureMap(features.columnCount, dim, stored?.map.slice());
    this.half = new HalfEpoch(kernels, config, "cg", confidentRows(config, matrix));
    this.#prior = kernels.allocF32(matrix.rowCount * stride);
    this.#rowWeights = rowWeightsOf(config, matrix);
    if (stored) finishSteps(this.#showMap());
  }

  /** Solves a few rows against the other side. */
  solve(fixed: Factors): void {
    this.half.step(fixed, this.factors, this.#prior);
  }

  /** Improves the map for the present factors, a piece of it; the map changes in the last one. @returns Whether it is done. */
  stepMap(): boolean {
    this.#mapping ??= this.#improveMap();
    if (!this.#mapping.next().done) return false;
    this.#mapping = null;
    return true;
  }

  /** Rows without interactions get what their features say: for a model. */
  showCold(): void {
    this.#eachCold((own, prior) => own.set(prior));
  }

  /** Rows without interactions become zero: for the fit, in which they are no items or users. */
  hideCold(): void {
    this.#eachCold((own) => own.fill(0));
  }

  checkpoint(): Section[] {
    const { factors, map } = this.#input.names;
    return [
      { name: factors, data: this.factors.state },
      { name: map, data: this.map.weights },
    ];
  }

  dispose(): void {
    this.#mapping?.return();
    this.factors.release();
    this.half.free();
    this.#prior.free();
  }

  #eachCold(visit: (own: Float32Array, prior: Float32Array) => void): void {
    const { stride, count, buffer } = this.factors;
    for (let row = 0; row < count; row++) {
      if ((this.#rowWeights[row] as number) > 0) continue;
      const [from, to] = [row * stride, (row + 1) * stride];
      visit(buffer.view.subarray(from, to), this.#prior.view.subarray(from, to));
    }
  }

  *#improveMap(): Steps<void> {
    const { kernels } = this.#input;
    const system = yield* this.#openSystem();
    const [targets, mapped] = [this.factors.buffer, this.#prior];
    yield* fitRidgeMap(this.map, { kernels, system, targets, mapped, mostSteps: MAP_STEPS });
  }

  *#showMap(): Steps<void> {
    yield* showMap(this.#input.kernels, this.map, yield* this.#openSystem(), this.#prior);
  }

  *#openSystem(): Steps<RidgeSystem> {
    const { features, lambda } = this.#input;
    this.#system ??= yield* ridgeSystem(features, this.#rowWeights, lambda);
    return this.#system;
  }
}

/** Takes the sections of a side out of a checkpoint. Throws `BAD_ARTIFACT`. */
export function requireSide(
  sections: readonly Section[],
  { config, matrix, features, names }: Omit<SideInput, "kernels" | "lambda">,
): StoredSide {
  const { dim, stride } = config;
  const factors = requireFactors(sections, names.factors, { count: matrix.rowCount, dim, stride });
  const map = requireSection(sections, names.map, Float32Array, (features.columnCount + 1) * dim);
  requireFinite(names.map, map);
  return { factors, map };
}

/** Rows count as much as their λ, on average 1; rows without interactions count 0. */
function rowWeightsOf(config: IalsConfig, { indptr, rowCount, columnCount }: CsrMatrix): Float32Array {
  const weights = new Float32Array(rowCount);
  let [sum, known] = [0, 0];
  for (let row = 0; row < rowCount; row++) {
    const count = (indptr[row + 1] as number) - (indptr[row] as number);
    if (count === 0) continue;
    weights[row] = ridgeOf({ ...config, reg: 1 }, columnCount, count);
    sum += weights[row] as number;
    known++;
  }
  return weights.map((weight) => (weight * known) / sum);
}
