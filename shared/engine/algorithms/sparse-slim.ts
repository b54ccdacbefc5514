import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { EngineError } from "../engine-error.ts";
import { finishSteps, type Steps } from "../in-steps.ts";
import type { Algorithm, FitInput, FitTask, Model } from "./algorithm.ts";
import { type ParamsOf, requireInteractions, requireParams } from "./fit-guards.ts";
import { LocalRidge } from "./local-ridge.ts";
import { NeighbourColumns } from "./neighbour-columns.ts";
import {
  joinPackedRows,
  type PackedRows,
  packedSections,
  packNeighbours,
  requirePackedRows,
} from "./packed-rows.ts";
import { requireCount, requireFinite, requireSection } from "./sections.ts";
import { SignedRowsPacker } from "./signed-rows-packer.ts";
import { SimilarityRows } from "./similarity-rows.ts";
import { createSparseSlimModel, decodeSparseSlimModel } from "./sparse-slim-model.ts";
import { inversePowers, raiseValues, rowSums, scaleValues } from "./weight-powers.ts";

const PROGRESS = "sparse-slim.progress";
const CHOSEN = "sparse-slim.chosen";
const WEIGHTS = "sparse-slim.weights";

/** Sources that one target is regressed on at most: a system of 512, whose Cholesky factorisation takes a few milliseconds. */
export const MAX_SOURCES = 511;
/** Entries copied in one step. */
const ENTRIES_PER_STEP = 200_000;
/** Multiply-adds of regressions in one step: about 5 ms. A step takes at least one target. */
const COST_PER_STEP = 1.2e7;
/** What a regression costs beside its factorisation, for each source and at all, in multiply-adds. */
const SOURCE_COST = 5_000;
const TARGET_COST = 20_000;

/**
 * EASE for catalogues too large for an items × items matrix. With a = weight^weight_power, degrees d the sums of a, and
 * X[u, i] = a_ui · d_u^−(b/2) · d_i^−a, each item j is regressed on a few others N_j by ridge regression,
 *
 *   w_j = (X_NᵀX_N + λI)⁻¹ X_Nᵀ x_j,   score(j) = d_j^c Σ_{i in profile} a_i d_i^−a w_ij
 *
 * Each item i chooses the top_k items j with the largest (XᵀX)_ij, and N_j is who chose j: choosing by source lets popular items be
 * explained by many, of which the 511 strongest are taken. If everyone chooses everyone, this is EASE exactly (b = a = c = 0; Steck
 * 2019), as the sparse approximate inverses of SANSA (Spišák et al. 2023) are; each column is solved exactly on its pattern
 * rather than by an incomplete factorisation of the whole. λ is `reg` in units of the mean square of X against that of a, so
 * that it keeps its meaning when powers change.
 */
export const sparseSlim: Algorithm = {
  name: "SparseSLIM",
  begin: (input, params) => new SparseSlimFit(input, params),
  resume: (input, params, checkpoint) => new SparseSlimFit(input, params, checkpoint),
  decode: (sections) => decodeSparseSlimModel(sections),
};

class SparseSlimFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #params: ParamsOf<"SparseSLIM">;
  readonly #scaled: ScaledInteractions;
  readonly #rows: SimilarityRows;
  #chosen: PackedRows[] = [];
  #nextSource = 0;
  readonly #columns: NeighbourColumns;
  #placedSources = 0;
  #ridge: LocalRidge | null = null;
  /** In the order of the columns; those of targets from `#nextTarget` on are not known yet. */
  #weights = new Float32Array(0);
  #nextTarget = 0;
  #packer: SignedRowsPacker | null = null;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    const params = requireParams("SparseSLIM", raw);
    requireInteractions(input);
    this.#input = input;
    this.#params = params;
    const scaled = finishSteps(scaleInteractions(input, params));
    this.#scaled = scaled;
    this.#columns = new NeighbourColumns(this.#itemCount);
    this.#rows = new SimilarityRows(input, {
      sourceValues: scaled.itemUsers.values,
      targetValues: scaled.userValues,
      topK: params.top_k,
      // Last of all, so that an item takes no place among its own neighbours.
      finishRow: (item, sums) => {
        sums[item] = Number.NEGATIVE_INFINITY;
      },
    });
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#packer !== null && this.#packer.result !== null;
  }

  get progress(): number {
    if (this.done) return 1;
    const [chosen, solved] = [this.#nextSource, this.#nextTarget].map((count) => count / this.#itemCount);
    return 0.15 * (chosen as number) + 0.8 * (solved as number);
  }

  get #itemCount(): number {
    return this.#input.userItems.columnCount;
  }

  step(): void {
    if (this.done) return;
    if (this.#nextSource < this.#itemCount) this.#chooseTargets();
    else if (this.#placedSources < this.#itemCount) this.#placeSources();
    else if (this.#nextTarget < this.#itemCount) this.#solveTargets();
    else this.#pack();
  }

  /** What was chosen and what was solved; the rest is quickly done again. */
  checkpoint(): Section[] {
    const solvedEnd = this.#columns.starts[this.#nextTarget] as number;
    return [
      { name: PROGRESS, data: Float64Array.of(this.#nextSource, this.#nextTarget) },
      { name: WEIGHTS, data: this.#weights.slice(0, solvedEnd) },
      ...packedSections(joinPackedRows(this.#chosen, this.#itemCount), CHOSEN),
    ];
  }

  model(): Model {
    const rows = this.#packer?.result;
    if (!rows) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return createSparseSlimModel(rows, this.#params.weight_power);
  }

  dispose(): void {
    this.#rows.free();
    this.#ridge?.free();
    this.#ridge = null;
  }

  /** For some sources, the targets with the largest sums. */
  #chooseTargets(): void {
    const from = this.#nextSource;
    const to = this.#rows.endOfStep(from);
    const rows = packNeighbours(this.#rows.compute(from, to), this.#itemCount);
    this.#chosen.push(rows);
    this.#columns.count(rows);
    this.#nextSource = to;
    if (to < this.#itemCount) return;
    this.#rows.free();
    this.#openColumns();
  }

  #openColumns(): void {
    const rows = joinPackedRows(this.#chosen, this.#itemCount);
    this.#chosen = [rows];
    this.#columns.open(rows);
    this.#weights = new Float32Array(rows.indices.length);
  }

  #placeSources(): void {
    const rowCount = Math.ceil(ENTRIES_PER_STEP / this.#params.top_k);
    const to = Math.min(this.#itemCount, this.#placedSources + rowCount);
    while (this.#placedSources < to) this.#columns.addRow(this.#placedSources++);
  }

  #solveTargets(): void {
    const { kernels } = this.#input;
    const { itemUsers, ridge } = this.#scaled;
    this.#ridge ??= new LocalRidge(kernels, itemUsers, ridge, MAX_SOURCES);
    for (let cost = 0; this.#nextTarget < this.#itemCount && cost < COST_PER_STEP; this.#nextTarget++) {
      const places = this.#columns.strongest(this.#nextTarget, MAX_SOURCES);
      cost += places.length ** 3 / 3 + places.length * SOURCE_COST + TARGET_COST;
      if (places.length > 0) this.#solveTarget(this.#nextTarget, places, this.#ridge);
    }
    if (this.#nextTarget < this.#itemCount) return;
    this.#ridge.free();
    this.#ridge = null;
  }

  #solveTarget(target: number, places: Uint32Array, ridge: LocalRidge): void {
    const { sources } = this.#columns;
    const { sourceFactors, targetFactors } = this.#scaled;
    const solution = ridge.solve(
      target,
      Uint32Array.from(places, (place) => sources[place] as number),
    );
    if (solution === null) {
      const { reg } = this.#params;
      throw new EngineError("SINGULAR", `SparseSLIM cannot solve for item ${target} with reg ${reg}.`);
    }
    const own = targetFactors[target] as number;
    for (let at = 0; at < places.length; at++) {
      const place = places[at] as number;
      const factor = own * (sourceFactors[sources[place] as number] as number);
      this.#weights[place] = (solution[at] as number) * factor;
    }
  }

  #pack(): void {
    this.#packer ??= new SignedRowsPacker(this.#columns, this.#weights);
    this.#packer.step();
  }

  #restore(checkpoint: readonly Section[]): void {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 2);
    this.#nextSource = requireCount(progress, 0, 0, this.#itemCount);
    this.#nextTarget = requireCount(progress, 1, 0, this.#itemCount);
    const weights = requireSection(checkpoint, WEIGHTS, Float32Array, null);
    requireFinite(WEIGHTS, weights);
    const rows = requirePackedRows(checkpoint, CHOSEN, this.#nextSource, this.#itemCount);
    this.#chosen.push(rows);
    this.#columns.count(rows);
    if (this.#nextSource < this.#itemCount) return;
    this.#openColumns();
    if (weights.length !== this.#columns.starts[this.#nextTarget]) {
      throw new EngineError("BAD_ARTIFACT", `Section "${WEIGHTS}" does not fit the items that are solved.`);
    }
    this.#weights.set(weights);
  }
}

interface ScaledInteractions {
  /** X by user and by item. */
  readonly userValues: Float32Array;
  readonly itemUsers: CsrMatrix;
  readonly sourceFactors: Float64Array;
  readonly targetFactors: Float64Array;
  /** λ. */
  readonly ridge: number;
}

function* scaleInteractions(
  { userItems, itemUsers }: FitInput,
  params: ParamsOf<"SparseSLIM">,
): Steps<ScaledInteractions> {
  const { a, b, c, reg, weight_power: weightPower } = params;
  const byUser = yield* raiseValues(userItems, weightPower);
  const byItem = yield* raiseValues(itemUsers, weightPower);
  const itemDegrees = yield* rowSums(byItem);
  const userFactors = inversePowers(yield* rowSums(byUser), b / 2);
  const itemFactors = inversePowers(itemDegrees, a);
  const userValues = yield* scaleValues(byUser, userFactors, itemFactors);
  const itemValues = yield* scaleValues(byItem, itemFactors, userFactors);
  const share = squareSum(userValues) / squareSum(byUser.values);
  return {
    userValues,
    itemUsers: { ...itemUsers, values: itemValues },
    sourceFactors: itemFactors,
    targetFactors: inversePowers(itemDegrees, -c),
    ridge: reg * share,
  };
}

function squareSum(values: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] as number) ** 2;
  return sum;
}
