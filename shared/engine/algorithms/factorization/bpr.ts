import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import { paddedDim, type U32Buffer } from "../../kernels/kernels.ts";
import { pairFilterWords } from "../../kernels/ranking/calls.ts";
import { createRandom, type Random } from "../../random.ts";
import { Factors, requireFactors } from "../factor-store/factors.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import type { EpochPolicy } from "../fit/epoch-policy.ts";
import { type ParamsOf, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { BPR_COST } from "./bpr-cost.ts";
import { createBprModel, decodeBprModel } from "./bpr-model.ts";
import { levelsOf } from "./score-levels.ts";

const PROGRESS = "bpr.progress";
const STATE = "bpr.state";
const USER_FACTORS = "bpr.user-factors";
const ITEM_FACTORS = "bpr.item-factors";

/** Standard deviation of the initial factors, times √dim. */
const INIT_SCALE = 0.1;
const DRAWS_PER_STEP = 300_000;
/** Coordinates touched in one step: about 5 ms. */
const COORDINATES_PER_STEP = 2_000_000;
/** WARP draws several items a sample. */
const WARP_COST = 4;

const EPOCHS: EpochPolicy = {
  /** Stochastic gradients need many passes where alternating least squares need a few. */
  most: 128,
  /** With small learning rates the ranking is that of popularity for some ten epochs. */
  patience: () => 8,
  isMeasuredAfter: (epoch) => epoch % 4 === 0,
  /** The curves of different learning rates cross. */
  isPruned: false,
};

/**
 * Matrix factorisation learned from pairs of an item that a user has and one that they have not, by stochastic gradients.
 * It is BPR (Rendle et al. 2009) or, with `loss` "warp", WARP (Weston, Bengio and Usunier 2011). Items have a bias. Weights of
 * interactions do not matter. An epoch takes as many samples as there are interactions.
 */
export const bpr: Algorithm = {
  name: "BPR",
  epochs: EPOCHS,
  cost: BPR_COST,
  planSearch: null,
  begin: (input, params) => new BprFit(input, params),
  resume: (input, params, checkpoint) => new BprFit(input, params, checkpoint),
  kernelSections: [USER_FACTORS, ITEM_FACTORS],
  decode: (sections, kernels) => decodeBprModel(sections, kernels),
  storedUserRows: noUserRows,
};

interface Lists {
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  readonly entryUsers: U32Buffer;
  readonly filter: U32Buffer;
}

class BprFit implements FitTask {
  readonly #input: FitInput;
  readonly #params: ParamsOf<"BPR">;
  /** Components and the bias. */
  readonly #dim: number;
  readonly #users: Factors;
  readonly #items: Factors;
  readonly #lists: Lists;
  readonly #state: U32Buffer;
  readonly #random: Random;
  #drawnRows = 0;
  #epoch = 0;
  #samples = 0;
  #isDisposed = false;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    this.#params = requireParams("BPR", raw);
    requireInteractions(input);
    this.#input = input;
    this.#dim = this.#params.n_components + 1;
    const { kernels, userItems } = input;
    const { rowCount, columnCount, indptr, indices } = userItems;
    const epochs = this.#params.train_epochs;
    const stride = paddedDim(this.#dim);
    const resumed = checkpoint ? readCheckpoint(checkpoint, userItems, this.#dim, epochs) : null;
    const factorsOf = (count: number, section?: Section) =>
      section
        ? Factors.resumed(kernels, section, { count, dim: this.#dim, stride })
        : new Factors(kernels, count, this.#dim, stride);
    this.#users = factorsOf(rowCount, resumed?.users);
    this.#items = factorsOf(columnCount, resumed?.items);
    this.#lists = {
      indptr: kernels.allocU32(indptr.length),
      indices: kernels.allocU32(indices.length),
      entryUsers: kernels.allocU32(indices.length),
      filter: kernels.allocU32(pairFilterWords(indices.length)),
    };
    this.#lists.indptr.view.set(indptr);
    this.#lists.indices.view.set(indices);
    const entryUsers = this.#lists.entryUsers.view;
    for (let user = 0; user < rowCount; user++) entryUsers.fill(user, indptr[user], indptr[user + 1]);
    kernels.fillPairFilter(this.#lists);
    this.#random = createRandom(input.seed);
    this.#state = kernels.allocU32(4);
    for (let word = 0; word < 4; word++) this.#state.view[word] = 1 + this.#random.below(2 ** 31);
    if (resumed) this.#resume(resumed);
  }

  get done(): boolean {
    return this.#epoch === this.#params.train_epochs;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get progress(): number {
    return (this.#epoch + this.#samples / this.#lists.indices.length) / this.#params.train_epochs;
  }

  step(): void {
    if (this.done) return;
    if (this.#drawnRows < this.#users.count + this.#items.count) this.#draw();
    else this.#train();
  }

  checkpoint(): Section[] {
    const isDrawn = this.#drawnRows === this.#users.count + this.#items.count;
    return [
      { name: PROGRESS, data: Float64Array.of(isDrawn ? 1 : 0, this.#epoch, this.#samples) },
      { name: STATE, data: this.#state.view.slice() },
      { name: USER_FACTORS, data: this.#users.state },
      { name: ITEM_FACTORS, data: this.#items.state },
    ];
  }

  model(): Model {
    if (!this.done && (this.#samples > 0 || this.#epoch === 0)) {
      throw new EngineError("UNSUPPORTED", "BPR has a model only after a whole epoch.");
    }
    const levels = levelsOf(this.#input, this.#users, this.#items);
    return createBprModel(this.#input.kernels, this.#items.hold(), this.#users.hold(), levels);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#users.release();
    this.#items.release();
    this.#state.free();
    for (const buffer of Object.values(this.#lists)) buffer.free();
  }

  /** Draws evenly, with a standard deviation of 0.1/√dim, for all users, then all items; biases start at 0. */
  #draw(): void {
    const most = INIT_SCALE * Math.sqrt(3 / (this.#dim - 1));
    const rows = this.#users.count + this.#items.count;
    const last = Math.min(rows, this.#drawnRows + Math.ceil(DRAWS_PER_STEP / this.#dim));
    for (let row = this.#drawnRows; row < last; row++) {
      const side = row < this.#users.count ? this.#users : this.#items;
      const start = (side === this.#users ? row : row - this.#users.count) * side.stride;
      const factors = side.buffer.view;
      const biasAt = start + this.#dim - 1;
      for (let k = start; k < biasAt; k++) factors[k] = most * (2 * this.#random.next() - 1);
      factors[biasAt] = side === this.#users ? 1 : 0;
    }
    this.#drawnRows = last;
  }

  #train(): void {
    const { learning_rate: rate, user_alpha: userReg, item_alpha: itemReg, loss } = this.#params;
    const isWarp = loss === "warp";
    const { stride } = this.#users;
    const entryCount = this.#lists.indices.length;
    const most = Math.ceil(COORDINATES_PER_STEP / (stride * (isWarp ? WARP_COST : 1)));
    const samples = Math.min(most, entryCount - this.#samples);
    this.#input.kernels.trainRanking({
      users: this.#users.buffer,
      items: this.#items.buffer,
      dim: stride,
      biasAt: this.#dim - 1,
      ...this.#lists,
      itemCount: this.#items.count,
      samples,
      rate,
      userReg,
      itemReg,
      isWarp,
      state: this.#state,
    });
    this.#samples += samples;
    if (this.#samples < entryCount) return;
    this.#samples = 0;
    this.#epoch++;
  }

  #resume({ isDrawn, epoch, samples, state }: Checkpoint): void {
    // The drawing starts again: it is a small part of a fit and the generator's state is not kept.
    if (!isDrawn) return;
    this.#drawnRows = this.#users.count + this.#items.count;
    this.#epoch = epoch;
    this.#samples = samples;
    this.#state.view.set(state);
  }
}

interface Checkpoint {
  readonly isDrawn: boolean;
  readonly epoch: number;
  readonly samples: number;
  readonly state: Uint32Array;
  readonly users: Section;
  readonly items: Section;
}

function readCheckpoint(
  sections: readonly Section[],
  { rowCount, columnCount, indices }: FitInput["userItems"],
  dim: number,
  epochs: number,
): Checkpoint {
  const progress = requireSection(sections, PROGRESS, Float64Array, 3);
  const state = requireSection(sections, STATE, Uint32Array, 4);
  const stride = paddedDim(dim);
  const users = requireFactors(sections, USER_FACTORS, { count: rowCount, dim, stride });
  const items = requireFactors(sections, ITEM_FACTORS, { count: columnCount, dim, stride });
  const isDrawn = requireCount(progress, 0, 0, 1) === 1;
  const epoch = requireCount(progress, 1, 0, epochs);
  const samples = requireCount(progress, 2, 0, indices.length);
  return { isDrawn, epoch, samples, state, users, items };
}
