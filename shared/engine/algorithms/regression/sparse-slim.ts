import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { requireSideFeatures } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import { overRows, type Steps } from "../../in-steps.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { type ParamsOf, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { SimilarityRows } from "../item-knn/similarity-rows.ts";
import { NeighbourColumns } from "../item-matrix/neighbour-columns.ts";
import {
  joinPackedRows,
  type PackedRows,
  packedSections,
  packNeighbours,
  requirePackedRows,
} from "../item-matrix/packed-rows.ts";
import type { SignedRows } from "../item-matrix/signed-rows.ts";
import { packSignedColumns } from "../item-matrix/signed-rows-packer.ts";
import { type ScaledInteractions, scaleByDegrees } from "../weighting/degree-powers.ts";
import { raiseValues, scaleValues } from "../weighting/weight-powers.ts";
import { LocalRidge } from "./local-ridge.ts";
import { SPARSE_SLIM_COST } from "./slim-cost.ts";
import { createSparseSlimModel, decodeSparseSlimModel } from "./sparse-slim-model.ts";
import { planSparseSlimSearch } from "./sparse-slim-search.ts";
import { type RegressionData, withFeatureRows } from "./with-feature-rows.ts";

const PROGRESS = "sparse-slim.progress";
const CHOSEN = "sparse-slim.chosen";
const WEIGHTS = "sparse-slim.weights";

/** Largest number of sources for one target: a system of 512, whose Cholesky factorisation takes a few milliseconds. */
export const MAX_SOURCES = 511;
/** Multiply-adds of regressions in one step: about 5 ms. A step takes at least one target. */
const COST_PER_STEP = 1.2e7;
/** Cost of a regression without its factorisation, for each source and in all, in multiply-adds. */
const SOURCE_COST = 5_000;
const TARGET_COST = 20_000;

/**
 * EASE for catalogues too large for an items × items matrix. Let a = weight^weight_power, degrees d the sums of a, and X[u, i] =
 * a_ui · d_u^−(b/2) · d_i^−a. Each item j is regressed on a few others N_j by ridge regression,
 *
 * w_j = (X_NᵀX_N + λI)⁻¹ X_Nᵀ x_j, score(j) = d_j^c Σ_{i in profile} a_i d_i^−a w_ij
 *
 * Each item i chooses the top_k items j with the largest (XᵀX)_ij, and N_j are the items that chose j. Choosing by source gives
 * popular items many sources; the 511 strongest are used. If every item chooses every other, this is EASE exactly (b = a = c = 0;
 * Steck 2019), as the sparse approximate inverses of SANSA (Spišák et al. 2023) are. Each column is solved exactly on its pattern
 * rather than by an incomplete factorisation of the whole. The regulariser λ is `reg` in units of the mean square of X against
 * that of a, so that it keeps its meaning when powers change. With a table of items and `feature_weight`, features are further rows of
 * X; see `withFeatureRows`.
 */
export const sparseSlim: Algorithm = {
  name: "SparseSLIM",
  epochs: null,
  cost: SPARSE_SLIM_COST,
  planSearch: planSparseSlimSearch,
  begin: (input, params) => new SparseSlimFit(input, params),
  resume: (input, params, checkpoint) => new SparseSlimFit(input, params, checkpoint),
  decode: (sections) => decodeSparseSlimModel(sections),
  storedUserRows: noUserRows,
};

class SparseSlimFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #params: ParamsOf<"SparseSLIM">;
  readonly #columns: NeighbourColumns;
  readonly #steps: Steps<SignedRows>;
  #chosen: PackedRows[] = [];
  #nextSource = 0;
  /** In the order of the columns; those from `#nextTarget` on are not known yet. */
  #weights = new Float32Array(0);
  #nextTarget = 0;
  #result: SignedRows | null = null;
  /** Hold kernel memory during their work. */
  #rows: SimilarityRows | null = null;
  #ridge: LocalRidge | null = null;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    this.#params = requireParams("SparseSLIM", raw);
    requireInteractions(input);
    requireSideFeatures(input.userItems, input.features ?? {});
    this.#input = input;
    this.#columns = new NeighbourColumns(input.userItems.columnCount);
    this.#steps = this.#run();
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#result !== null;
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
    const step = this.#steps.next();
    if (step.done) this.#result = step.value;
  }

  /** The chosen neighbours and the solved columns; the rest is computed again quickly. */
  checkpoint(): Section[] {
    const solvedEnd = this.#columns.starts[this.#nextTarget] as number;
    return [
      { name: PROGRESS, data: Float64Array.of(this.#nextSource, this.#nextTarget) },
      { name: WEIGHTS, data: this.#weights.subarray(0, solvedEnd) },
      ...packedSections(joinPackedRows(this.#chosen, this.#itemCount), CHOSEN, { isLast: true }),
    ];
  }

  model(): Model {
    if (!this.#result) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return createSparseSlimModel(this.#result, this.#params.weight_power);
  }

  dispose(): void {
    this.#rows?.free();
    this.#ridge?.free();
    this.#rows = null;
    this.#ridge = null;
    this.#chosen = [];
    this.#weights = new Float32Array(0);
    this.#columns.close();
  }

  *#run(): Steps<SignedRows> {
    const columns = this.#columns;
    if (this.#nextTarget < this.#itemCount) {
      const data = yield* withFeatureRows(this.#input, this.#params);
      const powers = { ...this.#params, weight_power: data.weightPower };
      const scaled = yield* scaleByDegrees(data.itemUsers, powers);
      if (this.#nextSource < this.#itemCount) yield* this.#chooseTargets(data, scaled);
      yield* this.#placeSources();
      yield* this.#solveTargets(scaled);
    } else {
      yield* this.#placeSources();
    }
    return yield* packSignedColumns(columns, this.#weights);
  }

  /** For each source, the targets with the largest sums. */
  *#chooseTargets(
    { userItems, weightPower }: RegressionData,
    { itemUsers, userFactors, itemFactors }: ScaledInteractions,
  ): Steps<void> {
    const byUser = yield* raiseValues(userItems, weightPower);
    const input = { kernels: this.#input.kernels, userItems, itemUsers, seed: this.#input.seed };
    const rows = new SimilarityRows(input, {
      sourceValues: itemUsers.values,
      targetValues: yield* scaleValues(byUser, userFactors, itemFactors),
      topK: this.#params.top_k,
      // Last, so that an item does not take the place of one of its neighbours.
      finishRow: (item, sums) => {
        sums[item] = Number.NEGATIVE_INFINITY;
      },
    });
    this.#rows = rows;
    while (this.#nextSource < this.#itemCount) {
      const to = rows.endOfStep(this.#nextSource);
      const part = packNeighbours(rows.compute(this.#nextSource, to), this.#itemCount);
      this.#chosen.push(part);
      this.#columns.count(part);
      this.#nextSource = to;
      yield;
    }
    rows.free();
    this.#rows = null;
    this.#openColumns();
    yield;
  }

  #openColumns(): void {
    const rows = joinPackedRows(this.#chosen, this.#itemCount);
    this.#chosen = [rows];
    this.#columns.open(rows);
    this.#weights = new Float32Array(rows.indices.length);
  }

  *#placeSources(): Steps<void> {
    const [rows] = this.#chosen as [PackedRows];
    yield* overRows({ indptr: rows.indptr, rowCount: this.#itemCount }, (from, to) => {
      for (let source = from; source < to; source++) this.#columns.addRow(source);
    });
  }

  *#solveTargets({ itemUsers, itemFactors, targetFactors, ridge }: ScaledInteractions): Steps<void> {
    const local = new LocalRidge(this.#input.kernels, itemUsers, ridge, MAX_SOURCES);
    this.#ridge = local;
    while (this.#nextTarget < this.#itemCount) {
      for (let cost = 0; this.#nextTarget < this.#itemCount && cost < COST_PER_STEP; this.#nextTarget++) {
        const places = this.#columns.strongest(this.#nextTarget, MAX_SOURCES);
        cost += places.length ** 3 / 3 + places.length * SOURCE_COST + TARGET_COST;
        if (places.length === 0) continue;
        const own = targetFactors[this.#nextTarget] as number;
        this.#solveTarget(local, this.#nextTarget, places, (source) => own * (itemFactors[source] as number));
      }
      yield;
    }
    local.free();
    this.#ridge = null;
  }

  #solveTarget(
    local: LocalRidge,
    target: number,
    places: Uint32Array,
    factorOf: (source: number) => number,
  ): void {
    const sources = Uint32Array.from(places, (place) => this.#columns.sources[place] as number);
    const solution = local.solve(target, sources);
    if (solution === null) {
      const { reg } = this.#params;
      throw new EngineError("SINGULAR", `SparseSLIM cannot solve for item ${target} with reg ${reg}.`);
    }
    for (let at = 0; at < places.length; at++) {
      this.#weights[places[at] as number] = (solution[at] as number) * factorOf(sources[at] as number);
    }
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
    if (this.#nextSource === this.#itemCount) this.#openColumns();
    if (weights.length !== this.#columns.starts[this.#nextTarget]) {
      throw new EngineError("BAD_ARTIFACT", `Section "${WEIGHTS}" does not fit the items that are solved.`);
    }
    this.#weights.set(weights);
  }
}
