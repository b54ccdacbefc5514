import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { featureRow } from "../../data/side-features.ts";
import type { EmbeddingSide as KernelSide } from "../../kernels/embedding/calls.ts";
import type { Kernels, SparseRows } from "../../kernels/kernels.ts";
import type { Random } from "../../random.ts";
import { type FactorShape, Factors, requireFactors } from "../factor-store/factors.ts";
import { allocSparseRows, freeSparseRows } from "../item-matrix/row-slice.ts";
import { EmbeddingMap } from "./embedding-map.ts";
import type { EmbeddingRows } from "./embedding-rows.ts";

/** Names of the sections of one side in a checkpoint. */
export interface EmbeddingNames {
  readonly embeddings: string;
  readonly squares: string;
  readonly changes: string;
}

export interface EmbeddingInput {
  readonly kernels: Kernels;
  readonly rows: EmbeddingRows;
  /** The table that the rows come from. */
  readonly table: CsrMatrix | undefined;
  /** Whether each row has an interaction. */
  readonly isKnown: Uint8Array;
  /** Components and the bias. */
  readonly dim: number;
  readonly stride: number;
  readonly isAdadelta: boolean;
  readonly penalty: number;
  readonly names: EmbeddingNames;
}

export interface StoredEmbeddings {
  readonly embeddings: Section;
  readonly squares: Section;
  readonly changes: Section | null;
}

/** The users or the items of a fit of LightFM: their features, the embeddings of these, and the state of the schedule. */
export class EmbeddingSide {
  readonly embeddings: Factors;
  readonly #input: EmbeddingInput;
  readonly #features: SparseRows;
  readonly #squares: Factors;
  readonly #changes: Factors | null;

  constructor(input: EmbeddingInput, stored?: StoredEmbeddings) {
    const { kernels, rows, isAdadelta } = input;
    const shape = shapeOf(input);
    const factorsOf = (section?: Section | null) =>
      section
        ? Factors.resumed(kernels, section, shape)
        : new Factors(kernels, shape.count, shape.dim, shape.stride);
    this.#input = input;
    this.#features = allocSparseRows(kernels, rows.matrix);
    this.embeddings = factorsOf(stored?.embeddings);
    this.#squares = factorsOf(stored?.squares);
    this.#changes = isAdadelta ? factorsOf(stored?.changes) : null;
  }

  /** Number of embeddings. */
  get count(): number {
    return this.embeddings.count;
  }

  get forKernel(): KernelSide {
    return {
      features: this.#features,
      embeddings: this.embeddings.buffer,
      squares: this.#squares.buffer,
      changes: this.#changes?.buffer ?? null,
      penalty: this.#input.penalty,
    };
  }

  /** Draws evenly between −1/2 and 1/2, divided by the number of components; a bias starts at 0. */
  draw(row: number, random: Random): void {
    const { dim, stride, isAdadelta } = this.#input;
    const start = row * stride;
    const embeddings = this.embeddings.buffer.view;
    for (let k = start; k < start + dim - 1; k++) embeddings[k] = (random.next() - 0.5) / (dim - 1);
    // The first step of Adagrad has the whole rate.
    if (!isAdadelta) this.#squares.buffer.view.fill(1, start, start + stride);
  }

  /** The vectors of all rows, which the caller releases; those without interactions get what `map` says. */
  vectors(scale: number, map: EmbeddingMap): Factors {
    const { kernels, rows, dim, stride, isKnown, table } = this.#input;
    const vectors = new Factors(kernels, rows.matrix.rowCount, dim, stride);
    kernels.multiplySparse({
      ...{ rows: this.#features, rowCount: vectors.count, dim: stride },
      ...{ factors: this.embeddings.buffer, out: vectors.buffer },
    });
    const { view } = vectors.buffer;
    for (let at = 0; scale !== 1 && at < view.length; at++) view[at] = scale * (view[at] as number);
    for (let row = 0; row < vectors.count; row++) {
      if (isKnown[row] === 0) map.mapInto(featureRow(table, row), view, row * stride);
    }
    return vectors;
  }

  /** @param scale What the embeddings are multiplied by. */
  mapOf(scale: number): EmbeddingMap {
    const { rows, dim, stride, isKnown } = this.#input;
    const { firstFeature, matrix, scaling } = rows;
    const map = new EmbeddingMap(scaling, matrix.columnCount - firstFeature, dim);
    const { view } = this.embeddings.buffer;
    const knownCount = isKnown.reduce((sum, one) => sum + one, 0);
    for (let row = 0; row < matrix.columnCount; row++) {
      const isOwn = row < firstFeature;
      if (isOwn && isKnown[row] === 0) continue;
      const target = (isOwn ? map.featureCount : row - firstFeature) * dim;
      const share = isOwn ? scale / knownCount : scale;
      for (let k = 0; k < dim; k++) {
        const value = share * (view[row * stride + k] as number);
        map.weights[target + k] = (map.weights[target + k] as number) + value;
      }
    }
    return map;
  }

  checkpoint(): Section[] {
    const { names } = this.#input;
    const sections = [
      { name: names.embeddings, data: this.embeddings.state },
      { name: names.squares, data: this.#squares.state },
    ];
    return this.#changes ? [...sections, { name: names.changes, data: this.#changes.state }] : sections;
  }

  dispose(): void {
    freeSparseRows(this.#features);
    this.embeddings.release();
    this.#squares.release();
    this.#changes?.release();
  }
}

/** Takes the sections of a side out of a checkpoint. Throws `BAD_ARTIFACT`. */
export function requireEmbeddings(sections: readonly Section[], input: EmbeddingInput): StoredEmbeddings {
  const { names, isAdadelta } = input;
  const shape = shapeOf(input);
  return {
    embeddings: requireFactors(sections, names.embeddings, shape),
    squares: requireFactors(sections, names.squares, shape),
    changes: isAdadelta ? requireFactors(sections, names.changes, shape) : null,
  };
}

function shapeOf({ rows, dim, stride }: EmbeddingInput): FactorShape {
  return { count: rows.matrix.columnCount, dim, stride };
}
