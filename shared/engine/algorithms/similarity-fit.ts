import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import type { FitInput, FitTask, Model } from "./algorithm.ts";
import { fillModelRows, type KeptRows, type RowLayout, startsOf } from "./kept-rows.ts";
import { requireCompressedRows, requireCount, requireSection } from "./sections.ts";
import { SimilarityModel } from "./similarity-model.ts";
import { type RowRule, SimilarityRows } from "./similarity-rows.ts";

/** Added to a denominator so that it is never zero; irspack's value. */
export const QUOTIENT_FLOOR = 1e-6;

const PLAIN_LAYOUT: RowLayout = { isTransposed: false, isNormalized: false };

const PROGRESS = "similarity.progress";
const COUNTS = "similarity.counts";
const INDICES = "similarity.indices";
const VALUES = "similarity.values";

/** What makes one item-to-item method differ from another. */
export interface SimilarityRule extends RowRule {
  readonly algorithm: AlgorithmName;
  /** Optional: how the model's matrix comes from the kept rows, when it is not those rows themselves. */
  readonly layout?: RowLayout;
}

/**
 * Fits W[i, j] = finish(Σ_u source(u, i) · target(u, j)) row by row, keeping the topK largest of each row i (ties: the
 * lower column) without the diagonal; see `SimilarityRows`.
 */
export class SimilarityFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #rule: SimilarityRule;
  readonly #kept: KeptRows[] = [];
  readonly #rows: SimilarityRows;
  #nextItem = 0;

  constructor(input: FitInput, rule: SimilarityRule, checkpoint?: readonly Section[]) {
    this.#input = input;
    this.#rule = rule;
    this.#rows = new SimilarityRows(input, rule);
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#nextItem === this.#itemCount;
  }

  get progress(): number {
    return this.#nextItem / this.#itemCount;
  }

  get #itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  step(): void {
    if (this.done) return;
    const from = this.#nextItem;
    const to = this.#rows.endOfStep(from);
    const rows = this.#rows.compute(from, to);
    const counts = Uint32Array.from(rows, ({ indices }) => indices.length);
    this.#kept.push({ counts, ...concatenate(rows) });
    this.#nextItem = to;
    if (this.done) this.dispose();
  }

  checkpoint(): Section[] {
    const kept = joinRows(this.#kept);
    return [
      { name: PROGRESS, data: Float64Array.of(this.#nextItem) },
      { name: COUNTS, data: kept.counts },
      { name: INDICES, data: kept.indices },
      { name: VALUES, data: kept.values },
    ];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    const { algorithm, layout = PLAIN_LAYOUT } = this.#rule;
    const { kernels } = this.#input;
    return new SimilarityModel(
      algorithm,
      kernels,
      fillModelRows(kernels, this.#kept, this.#itemCount, layout),
    );
  }

  dispose(): void {
    this.#rows.free();
  }

  #restore(checkpoint: readonly Section[]): void {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 1);
    this.#nextItem = requireCount(progress, 0, 0, this.#itemCount);
    const counts = requireSection(checkpoint, COUNTS, Uint32Array, this.#nextItem);
    const indices = requireSection(checkpoint, INDICES, Uint32Array, null);
    const values = requireSection(checkpoint, VALUES, Float32Array, indices.length);
    requireCompressedRows(INDICES, startsOf(counts), indices, this.#itemCount);
    this.#kept.push({ counts, indices, values });
  }
}

function joinRows(parts: readonly KeptRows[]): KeptRows {
  const counts = new Uint32Array(parts.reduce((sum, part) => sum + part.counts.length, 0));
  let at = 0;
  for (const part of parts) {
    counts.set(part.counts, at);
    at += part.counts.length;
  }
  return { counts, ...concatenate(parts) };
}

function concatenate(parts: readonly { readonly indices: Uint32Array; readonly values: Float32Array }[]): {
  indices: Uint32Array;
  values: Float32Array;
} {
  const length = parts.reduce((sum, part) => sum + part.indices.length, 0);
  const indices = new Uint32Array(length);
  const values = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    indices.set(part.indices, at);
    values.set(part.values, at);
    at += part.indices.length;
  }
  return { indices, values };
}
