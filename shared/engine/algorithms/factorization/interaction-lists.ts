import type { EmbeddingCall } from "../../kernels/embedding/calls.ts";
import type { F32Buffer, Kernels, U32Buffer } from "../../kernels/kernels.ts";
import { pairFilterWords } from "../../kernels/ranking/calls.ts";
import type { FitInput } from "../fit/algorithm.ts";
import { powersOf } from "../weighting/weight-powers.ts";

type Lists = "indptr" | "indices" | "entryUsers" | "weights" | "filter" | "others";

/** What the kernel changes beside the embeddings. */
export interface EmbeddingState {
  readonly state: Uint32Array;
  readonly scales: Float32Array;
}

export interface ListSettings {
  /** Of embeddings. */
  readonly stride: number;
  readonly power: number;
  readonly drawsAll: boolean;
}

/** The interactions in kernel memory, for stochastic gradients on embeddings. */
export class InteractionLists {
  readonly #kernels: Kernels;
  readonly #indptr: U32Buffer;
  readonly #indices: U32Buffer;
  readonly #entryUsers: U32Buffer;
  readonly #filter: U32Buffer;
  /** Null where all interactions count the same. */
  readonly #weights: F32Buffer | null;
  /** Items that may be drawn beside a user's own. */
  readonly #others: U32Buffer;
  readonly #scratch: F32Buffer;
  readonly #state: U32Buffer;
  readonly #scales: F32Buffer;

  /**
   * @param power    Of the weights, which are then divided by their mean.
   * @param drawsAll Whether items without interactions are drawn, too: then features learn what else there is. An embedding of
   * their own would only learn that nobody has them.
   */
  constructor(
    { kernels, userItems }: Pick<FitInput, "kernels" | "userItems">,
    { stride, power, drawsAll }: ListSettings,
  ) {
    const { indptr, indices, values, rowCount, columnCount } = userItems;
    this.#kernels = kernels;
    const others = drawsAll
      ? Uint32Array.from({ length: columnCount }, (_, item) => item)
      : itemsOf(indices, columnCount);
    this.#others = kernels.allocU32(others.length);
    this.#others.view.set(others);
    this.#indptr = kernels.allocU32(indptr.length);
    this.#indices = kernels.allocU32(indices.length);
    this.#entryUsers = kernels.allocU32(indices.length);
    this.#filter = kernels.allocU32(pairFilterWords(indices.length));
    this.#weights = power === 0 ? null : kernels.allocF32(indices.length);
    this.#scratch = kernels.allocF32(4 * stride);
    this.#state = kernels.allocU32(4);
    this.#scales = kernels.allocF32(2);
    this.#indptr.view.set(indptr);
    this.#indices.view.set(indices);
    this.#weights?.view.set(dividedByMean(powersOf(values, power)));
    const entryUsers = this.#entryUsers.view;
    for (let user = 0; user < rowCount; user++) entryUsers.fill(user, indptr[user], indptr[user + 1]);
    kernels.fillPairFilter({ indptr: this.#indptr, indices: this.#indices, filter: this.#filter });
  }

  /** Takes some steps; `now` is advanced. */
  train(call: Omit<EmbeddingCall, Lists | "scratch" | "state" | "scales">, now: EmbeddingState): void {
    this.#state.view.set(now.state);
    this.#scales.view.set(now.scales);
    this.#kernels.trainEmbeddings({
      ...call,
      ...{ indptr: this.#indptr, indices: this.#indices, entryUsers: this.#entryUsers },
      ...{ weights: this.#weights, filter: this.#filter, others: this.#others },
      ...{ scratch: this.#scratch, state: this.#state, scales: this.#scales },
    });
    now.state.set(this.#state.view);
    now.scales.set(this.#scales.view);
  }

  free(): void {
    const lists = [this.#indptr, this.#indices, this.#entryUsers, this.#filter, this.#weights, this.#others];
    for (const buffer of [...lists, this.#scratch, this.#state, this.#scales]) buffer?.free();
  }
}

function itemsOf(indices: Uint32Array, itemCount: number): Uint32Array {
  const isTaken = new Uint8Array(itemCount);
  for (let at = 0; at < indices.length; at++) isTaken[indices[at] as number] = 1;
  return Uint32Array.from(isTaken.keys()).filter((item) => isTaken[item] === 1);
}

function dividedByMean(weights: Float32Array): Float32Array {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += weights[at] as number;
  const mean = sum / weights.length;
  return weights.map((weight) => weight / mean);
}
