import { gfCf } from "#contract/algorithms/gf-cf.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { transpose } from "../../data/transpose.ts";
import { EngineError } from "../../engine-error.ts";
import { finishSteps, type Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels, SparseRows, U32Buffer } from "../../kernels/kernels.ts";
import type { Factors } from "../factor-store/factors.ts";
import { itemFactorSectionsInSteps, requireItemFactors } from "../factor-store/stored-factors.ts";
import type { BlockScoring, EncodeOptions, Model, Profile, RowSections } from "../fit/algorithm.ts";
import { usersPerBlock } from "../fit/block-size.ts";
import { linearContributionsInto } from "../fit/contributions.ts";
import { requireCompressedRows, requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { allocSparseRows, createRowSlice, freeSparseRows, type RowSlice } from "../item-matrix/row-slice.ts";
import { powersOf } from "../weighting/weight-powers.ts";
import { ItemComponents } from "./item-components.ts";

const SETTINGS = "gf-cf.settings";
const DEGREES = "gf-cf.degrees";
const VECTORS = "gf-cf.item-factors";
const INDPTR = "gf-cf.indptr";
const INDICES = "gf-cf.indices";
const VALUES = "gf-cf.values";
/** X, users × items. */
export const GF_CF_USER_ROWS: RowSections = { indptr: INDPTR, indices: INDICES, values: VALUES };
const MAX_COUNT = 2 ** 31;
const MAX_DIM = 4096;

export interface GfCfParts {
  /** X of the formula in `gf-cf.ts`, users × items, and its transpose; copied. */
  readonly matrix: CsrMatrix;
  readonly transposed: CsrMatrix;
  readonly degrees: Float64Array;
  /** V; the model releases it when it is disposed of. */
  readonly vectors: Factors;
  readonly idealWeight: number;
  readonly weightPower: number;
}

export function createGfCfModel(kernels: Kernels, parts: GfCfParts): Model {
  return new GfCfModel(kernels, parts);
}

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeGfCfModel(sections: readonly Section[], kernels: Kernels): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, 5);
  requireFinite(SETTINGS, settings);
  const userCount = requireCount(settings, 0, 1, MAX_COUNT);
  const itemCount = requireCount(settings, 1, 1, MAX_COUNT);
  const dim = requireCount(settings, 2, 1, MAX_DIM);
  const indptr = requireSection(sections, INDPTR, Uint32Array, userCount + 1);
  const indices = requireSection(sections, INDICES, Uint32Array, null);
  const values = requireSection(sections, VALUES, Float32Array, indices.length);
  requireCompressedRows(INDICES, indptr, indices, itemCount);
  requireFinite(VALUES, values);
  const degrees = requireSection(sections, DEGREES, Float64Array, itemCount);
  requireFinite(DEGREES, degrees);
  if (degrees.some((degree) => degree < 0)) {
    throw new EngineError("BAD_ARTIFACT", `Section "${DEGREES}" holds a negative degree.`);
  }
  const matrix = { rowCount: userCount, columnCount: itemCount, indptr, indices, values };
  const vectors = requireItemFactors(sections, VECTORS, kernels, { count: itemCount, dim });
  const [idealWeight = 0, weightPower = 0] = settings.subarray(3);
  const transposed = transpose(matrix);
  return createGfCfModel(kernels, { matrix, transposed, degrees, vectors, idealWeight, weightPower });
}

class GfCfModel implements Model {
  readonly algorithm = gfCf.name;
  readonly itemCount: number;
  readonly blocks: BlockScoring;
  readonly #kernels: Kernels;
  readonly #parts: GfCfParts;
  readonly #components: ItemComponents;
  readonly #workspace: Workspace;
  #mark = 0;
  #isDisposed = false;

  constructor(kernels: Kernels, parts: GfCfParts) {
    const { matrix, vectors } = parts;
    this.itemCount = matrix.columnCount;
    this.#kernels = kernels;
    this.#parts = parts;
    this.#components = new ItemComponents(matrix);
    this.blocks = {
      kernels,
      capacity: usersPerBlock(this.itemCount, vectors.stride),
      scoreUsersInto: (users, out) =>
        this.#filterInto(
          users.map(({ profile }) => this.#signalOf(profile)),
          out,
        ),
    };
    this.#workspace = openWorkspace(kernels, parts, this.blocks.capacity);
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    const { scores } = this.#workspace;
    this.#filterInto([this.#signalOf(profile)], scores);
    out.set(scores.view);
  }

  scoreUserInto(_userIndex: number, profile: Profile, out: Float32Array): void {
    this.scoreProfileInto(profile, out);
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.scoreProfileInto({ indices: Uint32Array.of(itemIndex), weights: Float32Array.of(1) }, out);
    out[itemIndex] = 0;
  }

  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    return linearContributionsInto(this, profile, itemIndex, out);
  }

  encode(options?: EncodeOptions): Section[] {
    return finishSteps(this.encodeInSteps(options));
  }

  *encodeInSteps(options?: EncodeOptions): Steps<Section[]> {
    const { matrix, degrees, vectors, idealWeight, weightPower } = this.#parts;
    const settings = Float64Array.of(matrix.rowCount, this.itemCount, vectors.dim, idealWeight, weightPower);
    const { indptr, indices, values } = this.#workspace.matrix;
    const own = <View extends Uint32Array | Float32Array>(view: View): View =>
      options?.isLast ? view : (view.slice() as View);
    return [
      { name: SETTINGS, data: settings },
      { name: INDPTR, data: own(indptr.view) },
      { name: INDICES, data: own(indices.view) },
      { name: VALUES, data: own(values.view) },
      { name: DEGREES, data: degrees.slice() },
      ...(yield* itemFactorSectionsInSteps(VECTORS, vectors, options)),
    ];
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#parts.vectors.release();
    freeWorkspace(this.#workspace);
  }

  #signalOf({ indices, weights }: Profile): Profile {
    return { indices, weights: powersOf(weights, this.#parts.weightPower) };
  }

  /** One row of scores for each signal. */
  #filterInto(signals: readonly Profile[], out: F32Buffer): void {
    this.#workspace.signals.loadProfiles(signals);
    this.#setIdeal(signals.length, out);
    this.#clearRounding(signals, out);
    // The ideal part scales the loaded signals.
    this.#workspace.signals.loadProfiles(signals);
    for (let row = 0; row < signals.length; row++) this.#addLinear(row, out);
  }

  /** out = ideal_weight · ((a D_I^−½ V) Vᵀ) D_I^½. */
  #setIdeal(rowCount: number, out: F32Buffer): void {
    const { itemCount } = this;
    const { vectors, degrees, idealWeight } = this.#parts;
    if (idealWeight === 0) {
      out.view.fill(0, 0, rowCount * itemCount);
      return;
    }
    const { signals, projected, roots } = this.#workspace;
    const { rows } = signals;
    const length = rows.indptr.view[rowCount] as number;
    const [indices, amounts] = [rows.indices.view, rows.values.view];
    for (let at = 0; at < length; at++) {
      const degree = degrees[indices[at] as number] as number;
      amounts[at] = degree > 0 ? ((amounts[at] as number) * idealWeight) / Math.sqrt(degree) : 0;
    }
    const dim = vectors.stride;
    this.#kernels.multiplySparse({ rows, rowCount, factors: vectors.buffer, dim, out: projected });
    this.#kernels.scoreInto({
      factors: vectors.buffer,
      dim,
      rowCount: itemCount,
      vectors: projected,
      vectorOffset: 0,
      vectorCount: rowCount,
      out,
    });
    this.#kernels.scaleColumns({ rows: out, rowCount, length: itemCount, factors: roots });
  }

  /** Where no path leads from the signal to an item, the singular vectors give rounding instead of 0. */
  #clearRounding(signals: readonly Profile[], out: F32Buffer): void {
    if (this.#parts.idealWeight === 0) return;
    for (const [row, { indices }] of signals.entries()) {
      const start = row * this.itemCount;
      this.#components.clearUnreachable(indices, out.view.subarray(start, start + this.itemCount));
    }
  }

  /** out += (a Xᵀ) X: the items of users who share an item with the signal. */
  #addLinear(row: number, out: F32Buffer): void {
    const { matrix, transposed, signals, shares, sharers, sharerWeights, marks } = this.#workspace;
    const count = this.#kernels.accumulateRows({
      matrix: transposed,
      sources: signals.rows,
      source: row,
      sums: shares,
      touched: sharers,
      marks,
      mark: this.#nextMark(),
    });
    const [users, sums, weights] = [sharers.view, shares.view, sharerWeights.view];
    for (let at = 0; at < count; at++) weights[at] = sums[users[at] as number] as number;
    this.#kernels.addSparseRows({
      matrix,
      columnCount: this.itemCount,
      rowIndices: sharers,
      rowWeights: sharerWeights,
      count,
      out,
      outOffset: row * this.itemCount,
    });
  }

  /** A mark that no cell holds yet. */
  #nextMark(): number {
    if (this.#mark === 0xffffffff) {
      this.#workspace.marks.view.fill(0);
      this.#mark = 0;
    }
    return ++this.#mark;
  }
}

interface Workspace {
  /** X and its transpose. */
  readonly matrix: SparseRows;
  readonly transposed: SparseRows;
  /** √degree of each item. */
  readonly roots: F32Buffer;
  readonly signals: RowSlice;
  /** Signals as vectors, one row each. */
  readonly projected: F32Buffer;
  /** One user's scores. */
  readonly scores: F32Buffer;
  /** X a by user: the users with a share in it, and their shares. */
  readonly shares: F32Buffer;
  readonly sharers: U32Buffer;
  readonly sharerWeights: F32Buffer;
  readonly marks: U32Buffer;
}

function openWorkspace(
  kernels: Kernels,
  { matrix, transposed, degrees, vectors }: GfCfParts,
  capacity: number,
): Workspace {
  const { rowCount, columnCount } = matrix;
  const roots = kernels.allocF32(columnCount);
  roots.view.set(degrees.map(Math.sqrt));
  return {
    matrix: allocSparseRows(kernels, matrix),
    transposed: allocSparseRows(kernels, transposed),
    roots,
    signals: createRowSlice(kernels),
    projected: kernels.allocF32(capacity * vectors.stride),
    scores: kernels.allocF32(columnCount),
    shares: kernels.allocF32(rowCount),
    sharers: kernels.allocU32(rowCount),
    sharerWeights: kernels.allocF32(rowCount),
    marks: kernels.allocU32(rowCount),
  };
}

function freeWorkspace({ matrix, transposed, ...buffers }: Workspace): void {
  freeSparseRows(matrix);
  freeSparseRows(transposed);
  for (const buffer of Object.values(buffers)) buffer.free();
}
