import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { F32Buffer, Kernels, U32Buffer } from "../../kernels/kernels.ts";
import type { EncodeOptions, Model, Profile, Shortlist } from "../fit/algorithm.ts";
import { ScoreShortlist } from "../fit/score-shortlist.ts";

/** Which rows of W to add up, and by what factors. */
export interface RowSumCall {
  readonly rowIndices: U32Buffer;
  readonly rowWeights: F32Buffer;
  readonly count: number;
  /** Receives Σ weight · row; overwritten. */
  readonly out: F32Buffer;
}

export interface RowSumParts {
  readonly algorithm: AlgorithmName;
  readonly kernels: Kernels;
  readonly itemCount: number;
  /** Floats that adding up writes: itemCount and padding. */
  readonly scoreLength: number;
  readonly addUp: (call: RowSumCall) => void;
  /** W[row, column]. */
  readonly entry: (row: number, column: number) => number;
  readonly encode: (options?: EncodeOptions) => Section[];
  /** Frees W. */
  readonly release: () => void;
}

/** Scores by score(j) = Σ_{i in profile} weight_i · W[i, j], W being an item-to-item matrix in kernel memory. */
export class RowSumModel implements Model {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly #parts: RowSumParts;
  readonly #rowIndices: U32Buffer;
  readonly #rowWeights: F32Buffer;
  readonly #scores: F32Buffer;
  #shortlists: ScoreShortlist | null = null;
  #isDisposed = false;

  constructor(parts: RowSumParts) {
    const { algorithm, kernels, itemCount, scoreLength } = parts;
    this.algorithm = algorithm;
    this.itemCount = itemCount;
    this.#parts = parts;
    this.#rowIndices = kernels.allocU32(itemCount);
    this.#rowWeights = kernels.allocF32(itemCount);
    this.#scores = kernels.allocF32(scoreLength);
  }

  scoreProfileInto({ indices, weights }: Profile, out: Float32Array): void {
    this.#rowIndices.view.set(indices);
    this.#rowWeights.view.set(weights);
    this.#scoreRowsInto(indices.length, out);
  }

  shortlist({ indices, weights }: Profile): Shortlist {
    this.#rowIndices.view.set(indices);
    this.#rowWeights.view.set(weights);
    this.#addUpRows(indices.length);
    this.#shortlists ??= new ScoreShortlist(this.#parts.kernels);
    return this.#shortlists.of(this.#scores, this.itemCount);
  }

  scoreUserInto(_userIndex: number, profile: Profile, out: Float32Array): void {
    this.scoreProfileInto(profile, out);
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.#rowIndices.view[0] = itemIndex;
    this.#rowWeights.view[0] = 1;
    this.#scoreRowsInto(1, out);
    out[itemIndex] = 0;
  }

  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    const { entry } = this.#parts;
    const { indices, weights } = profile;
    for (let at = 0; at < indices.length; at++) {
      out[at] = Math.fround((weights[at] as number) * entry(indices[at] as number, itemIndex));
    }
    return true;
  }

  encode(options?: EncodeOptions): Section[] {
    return this.#parts.encode(options);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#parts.release();
    this.#shortlists?.free();
    for (const buffer of [this.#rowIndices, this.#rowWeights, this.#scores]) buffer.free();
  }

  #addUpRows(count: number): void {
    const [rowIndices, rowWeights] = [this.#rowIndices, this.#rowWeights];
    this.#parts.addUp({ rowIndices, rowWeights, count, out: this.#scores });
  }

  #scoreRowsInto(count: number, out: Float32Array): void {
    this.#addUpRows(count);
    out.set(this.#scores.view.subarray(0, this.itemCount));
  }
}
