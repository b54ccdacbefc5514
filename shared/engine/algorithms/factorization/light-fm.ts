import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { requireSideFeatures } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { createRandom, type Random } from "../../random.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import type { EpochPolicy } from "../fit/epoch-policy.ts";
import { type ParamsOf, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { embeddingRows } from "./embedding-rows.ts";
import { type EmbeddingInput, EmbeddingSide, requireEmbeddings } from "./embedding-side.ts";
import { InteractionLists } from "./interaction-lists.ts";
import { LIGHT_FM_COST } from "./light-fm-cost.ts";
import { decodeLightFmModel, lightFmModel } from "./light-fm-model.ts";
import { levelsOf } from "./score-levels.ts";

const PROGRESS = "light-fm.progress";
const STATE = "light-fm.state";
const SCALES = "light-fm.scales";
const USERS = namesOf("user");
const ITEMS = namesOf("item");

/** Initial numbers drawn in one step: about 5 ms. */
const DRAWS_PER_STEP = 150_000;
/** Coordinates that one step moves or adds up: about 5 ms. */
const COORDINATES_PER_STEP = 2_000_000;
/** Moving a coordinate takes as long as adding up several. */
const MOVE_COST = 4;

const EPOCHS: EpochPolicy = {
  most: 96,
  patience: () => 6,
  isMeasuredAfter: (epoch) => epoch % 2 === 0,
  /** The curves of different learning rates cross. */
  isPruned: false,
};

/**
 * LightFM (Kula 2015): the vector of a user or an item is the sum of embeddings of its features, and an item's score for a user is the
 * product of both vectors and the item's bias. Users and items have a feature of their own, if the parameters want it. Learned by
 * stochastic gradients with WARP, BPR or the logistic loss and Adagrad or Adadelta. An epoch visits every interaction once.
 */
export const lightFm: Algorithm = {
  name: "LightFM",
  epochs: EPOCHS,
  cost: LIGHT_FM_COST,
  planSearch: null,
  begin: (input, params) => new LightFmFit(input, params),
  resume: (input, params, checkpoint) => new LightFmFit(input, params, checkpoint),
  kernelSections: [...Object.values(USERS), ...Object.values(ITEMS)],
  decode: (sections, kernels) => decodeLightFmModel(sections, kernels),
  storedUserRows: noUserRows,
  ownNewcomers: true,
};

class LightFmFit implements FitTask {
  readonly #input: FitInput;
  readonly #params: ParamsOf<"LightFM">;
  readonly #stride: number;
  readonly #users: EmbeddingSide;
  readonly #items: EmbeddingSide;
  readonly #lists: InteractionLists;
  readonly #scales: Float32Array = Float32Array.of(1, 1);
  readonly #random: Random;
  readonly #state: Uint32Array;
  readonly #orderSeed: number;
  readonly #samplesPerStep: number;
  #drawnRows = 0;
  #epoch = 0;
  #samples = 0;
  #isDisposed = false;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    const params = requireParams("LightFM", raw);
    requireInteractions(input);
    requireSideFeatures(input.userItems, input.features ?? {});
    this.#input = input;
    this.#params = params;
    this.#stride = paddedDim(params.n_components + 1);
    const users = this.#sideOf("users");
    const items = this.#sideOf("items");
    // Read before anything is allocated, so that a bad checkpoint leaves nothing behind.
    const stored = checkpoint && {
      users: requireEmbeddings(checkpoint, users),
      items: requireEmbeddings(checkpoint, items),
      progress: this.#progressOf(checkpoint),
    };
    this.#users = new EmbeddingSide(users, stored?.users);
    this.#items = new EmbeddingSide(items, stored?.items);
    this.#lists = new InteractionLists(input, {
      ...{ stride: this.#stride, power: params.weight_power },
      drawsAll: !items.rows.scaling.hasIdentity,
    });
    this.#samplesPerStep = samplesPerStep(params, users, items);
    this.#random = createRandom(input.seed);
    this.#state = Uint32Array.from({ length: 4 }, () => 1 + this.#random.below(2 ** 31));
    this.#orderSeed = this.#random.below(2 ** 32);
    if (stored) this.#resume(stored.progress);
  }

  get done(): boolean {
    return this.#epoch === this.#params.train_epochs;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get progress(): number {
    return (this.#epoch + this.#samples / this.#entryCount) / this.#params.train_epochs;
  }

  get #entryCount(): number {
    return this.#input.userItems.indices.length;
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
      { name: STATE, data: this.#state.slice() },
      { name: SCALES, data: this.#scales.slice() },
      ...this.#users.checkpoint(),
      ...this.#items.checkpoint(),
    ];
  }

  model(): Model {
    if (!this.done && (this.#samples > 0 || this.#epoch === 0)) {
      throw new EngineError("UNSUPPORTED", "LightFM has a model only after a whole epoch.");
    }
    const [userScale = 1, itemScale = 1] = this.#scales;
    const [userMap, itemMap] = [this.#users.mapOf(userScale), this.#items.mapOf(itemScale)];
    const users = this.#users.vectors(userScale, userMap);
    const biasAt = this.#params.n_components;
    const { view } = users.buffer;
    for (let user = 0; user < users.count; user++) view[user * this.#stride + biasAt] = 1;
    const items = this.#items.vectors(itemScale, itemMap);
    const { kernels } = this.#input;
    return lightFmModel({
      kernels,
      items,
      users,
      userMap,
      itemMap,
      levels: levelsOf(this.#input, users, items),
    });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#users.dispose();
    this.#items.dispose();
    this.#lists.free();
  }

  #sideOf(side: "users" | "items"): EmbeddingInput {
    const { kernels, userItems, features } = this.#input;
    const isUsers = side === "users";
    const { user_identity, item_identity, user_alpha, item_alpha } = this.#params;
    const count = isUsers ? userItems.rowCount : userItems.columnCount;
    const table = features?.[side];
    const scaling = {
      normalization: this.#params.normalization,
      featureWeight: this.#params.feature_weight,
      hasIdentity: isUsers ? user_identity : item_identity,
    };
    return {
      ...{ kernels, table, isKnown: isUsers ? takers(userItems) : taken(userItems) },
      rows: embeddingRows(count, table, scaling),
      dim: this.#params.n_components + 1,
      stride: this.#stride,
      isAdadelta: this.#params.learning_schedule === "adadelta",
      penalty: isUsers ? user_alpha : item_alpha,
      names: isUsers ? USERS : ITEMS,
    };
  }

  #draw(): void {
    const last = this.#drawnRows + Math.ceil(DRAWS_PER_STEP / this.#stride);
    const end = Math.min(this.#users.count + this.#items.count, last);
    for (; this.#drawnRows < end; this.#drawnRows++) {
      const item = this.#drawnRows - this.#users.count;
      if (item < 0) this.#users.draw(this.#drawnRows, this.#random);
      else this.#items.draw(item, this.#random);
    }
  }

  #train(): void {
    const { loss, learning_rate: rate, rho, epsilon, max_sampled: mostDraws } = this.#params;
    const toPlace = Math.min(this.#entryCount, this.#samples + this.#samplesPerStep);
    this.#lists.train(
      {
        ...{ users: this.#users.forKernel, items: this.#items.forKernel },
        ...{ dim: this.#stride, biasAt: this.#params.n_components },
        ...{ loss, rate, rho, epsilon, mostDraws, fromPlace: this.#samples, toPlace },
        order: (this.#orderSeed + Math.imul(this.#epoch, 0x9e3779b1)) >>> 0,
      },
      { state: this.#state, scales: this.#scales },
    );
    this.#samples = toPlace;
    if (toPlace < this.#entryCount) return;
    this.#samples = 0;
    this.#epoch++;
  }

  #progressOf(checkpoint: readonly Section[]): Progress {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 3);
    const scales = requireSection(checkpoint, SCALES, Float32Array, 2);
    requireFinite(SCALES, scales);
    return {
      isDrawn: requireCount(progress, 0, 0, 1) === 1,
      epoch: requireCount(progress, 1, 0, this.#params.train_epochs),
      samples: requireCount(progress, 2, 0, this.#entryCount),
      state: requireSection(checkpoint, STATE, Uint32Array, 4),
      scales,
    };
  }

  #resume({ isDrawn, epoch, samples, state, scales }: Progress): void {
    // The drawing starts again: it is a small part of a fit and the generator's state is not kept.
    if (!isDrawn) return;
    this.#drawnRows = this.#users.count + this.#items.count;
    this.#epoch = epoch;
    this.#samples = samples;
    this.#state.set(state);
    this.#scales.set(scales);
  }
}

interface Progress {
  readonly isDrawn: boolean;
  readonly epoch: number;
  readonly samples: number;
  readonly state: Uint32Array;
  readonly scales: Float32Array;
}

function takers({ indptr, rowCount }: CsrMatrix): Uint8Array {
  return Uint8Array.from({ length: rowCount }, (_, user) => (indptr[user] === indptr[user + 1] ? 0 : 1));
}

function taken({ indices, columnCount }: CsrMatrix): Uint8Array {
  const isTaken = new Uint8Array(columnCount);
  for (let at = 0; at < indices.length; at++) isTaken[indices[at] as number] = 1;
  return isTaken;
}

function namesOf(side: "user" | "item") {
  return {
    embeddings: `light-fm.${side}-embeddings`,
    squares: `light-fm.${side}-squares`,
    changes: `light-fm.${side}-changes`,
  };
}

/** WARP adds up the features of many items; each sample moves those of a user and two items. */
function samplesPerStep(params: ParamsOf<"LightFM">, users: EmbeddingInput, items: EmbeddingInput): number {
  const meanOf = ({ rows: { matrix } }: EmbeddingInput) =>
    matrix.indices.length / Math.max(1, matrix.rowCount);
  const draws = params.loss === "warp" ? params.max_sampled : 1;
  const moved = MOVE_COST * (meanOf(users) + 2 * meanOf(items));
  const coordinates = paddedDim(params.n_components + 1) * (moved + draws * (1 + meanOf(items)));
  return Math.max(1, Math.ceil(COORDINATES_PER_STEP / coordinates));
}
