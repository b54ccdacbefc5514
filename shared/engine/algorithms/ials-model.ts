import type { Section } from "../artifact/section.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../kernels/kernels.ts";
import type { Model, Profile } from "./algorithm.ts";
import type { IalsConfig } from "./ials-config.ts";
import { Factors, packRows, unpackRows } from "./ials-factors.ts";
import { FoldIn } from "./ials-fold-in.ts";
import { requireCount, requireFinite, requireSection } from "./sections.ts";

const SETTINGS = "ials.settings";
const ITEM_FACTORS = "ials.item-factors";
const GRAM = "ials.gram";
const SETTINGS_LENGTH = 7;
const MAX_DIM = 4096;
const MAX_ITEMS = 2 ** 31;

/** Users scored together once someone asks for them in order, as an evaluation does: the factors are then read once for all. */
const SCORE_BLOCK = 16;
/** No block of scores is larger than this, in floats. */
const MAX_BLOCK_SCORES = 2 ** 20;

/**
 * Makes a model of fixed item factors, and of user factors where the fit's own are at hand. The model holds both and releases
 * them when it is disposed.
 */
export function createIalsModel(
  kernels: Kernels,
  config: IalsConfig,
  items: Factors,
  users: Factors | null,
): Model {
  return new IalsModel(kernels, config, items, users);
}

/** Restores a model that `encode` wrote; it folds everyone in, as it has no user factors. Throws `BAD_ARTIFACT`. */
export function decodeIalsModel(sections: readonly Section[], kernels: Kernels): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, SETTINGS_LENGTH);
  requireFinite(SETTINGS, settings);
  const dim = requireCount(settings, 0, 1, MAX_DIM);
  const itemCount = requireCount(settings, 1, 1, MAX_ITEMS);
  const packed = requireSection(sections, ITEM_FACTORS, Float32Array, itemCount * dim);
  const packedGram = requireSection(sections, GRAM, Float32Array, dim * dim);
  requireFinite(ITEM_FACTORS, packed);
  requireFinite(GRAM, packedGram);
  const stride = paddedDim(dim);
  const [alpha0 = 0, reg = 0, nu = 0, isLogScaled = 0, epsilon = 1] = settings.subarray(2);
  const config = { dim, stride, alpha0, reg, nu, isLogScaled: isLogScaled === 1, epsilon, epochs: 0 };
  const items = new Factors(kernels, itemCount, dim, stride);
  items.unpack(packed);
  const gram = new Float32Array(stride * stride);
  unpackRows(packedGram, gram, dim, dim, stride);
  return new IalsModel(kernels, config, items, null, gram);
}

class IalsModel implements Model {
  readonly algorithm = "IALS";
  readonly itemCount: number;
  readonly #kernels: Kernels;
  readonly #config: IalsConfig;
  readonly #items: Factors;
  readonly #users: Factors | null;
  readonly #scores: F32Buffer;
  readonly #blockSize: number;
  #block = { from: 0, to: 0 };
  #lastUser = -1;
  /** QᵀQ, stride × stride; computed when first needed. */
  #gram: Float32Array | null;
  #foldIn: FoldIn | null = null;
  #isDisposed = false;

  constructor(
    kernels: Kernels,
    config: IalsConfig,
    items: Factors,
    users: Factors | null,
    gram: Float32Array | null = null,
  ) {
    this.itemCount = items.count;
    this.#kernels = kernels;
    this.#config = config;
    this.#items = items;
    this.#users = users;
    this.#gram = gram;
    const isBlockSmall = SCORE_BLOCK * items.count <= MAX_BLOCK_SCORES;
    this.#blockSize = users && isBlockSmall ? SCORE_BLOCK : 1;
    this.#scores = kernels.allocF32(this.#blockSize * items.count);
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    this.#foldIn ??= new FoldIn(this.#kernels, this.#config, this.#items, this.#gramOnce());
    this.#block = { from: 0, to: 0 };
    this.#scoreVectors(this.#foldIn.solve(profile), 0, 1);
    out.set(this.#scores.view.subarray(0, this.itemCount));
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    if (this.#users === null || userIndex >= this.#users.count) {
      this.scoreProfileInto(profile, out);
      return;
    }
    if (userIndex < this.#block.from || userIndex >= this.#block.to) this.#scoreBlock(this.#users, userIndex);
    this.#lastUser = userIndex;
    const start = (userIndex - this.#block.from) * this.itemCount;
    out.set(this.#scores.view.subarray(start, start + this.itemCount));
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    const { stride } = this.#config;
    this.#block = { from: 0, to: 0 };
    this.#scoreVectors(this.#items.buffer, itemIndex * stride, 1);
    const factors = this.#items.buffer.view;
    const scores = this.#scores.view;
    const norm = rowNorm(factors, itemIndex * stride, stride);
    for (let item = 0; item < this.itemCount; item++) {
      const product = norm * rowNorm(factors, item * stride, stride);
      out[item] = product > 0 ? (scores[item] as number) / product : 0;
    }
    out[itemIndex] = 0;
  }

  encode(): Section[] {
    const { dim, stride, alpha0, reg, nu, isLogScaled, epsilon } = this.#config;
    const settings = Float64Array.of(dim, this.itemCount, alpha0, reg, nu, isLogScaled ? 1 : 0, epsilon);
    return [
      { name: SETTINGS, data: settings },
      { name: ITEM_FACTORS, data: this.#items.pack() },
      { name: GRAM, data: packRows(this.#gramOnce(), dim, dim, stride) },
    ];
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#items.release();
    this.#users?.release();
    this.#foldIn?.free();
    this.#scores.free();
  }

  #scoreBlock(users: Factors, userIndex: number): void {
    const isInOrder = this.#lastUser >= 0 && userIndex > this.#lastUser && userIndex <= this.#lastUser + 2;
    const count = isInOrder ? Math.min(this.#blockSize, users.count - userIndex) : 1;
    this.#scoreVectors(users.buffer, userIndex * this.#config.stride, count);
    this.#block = { from: userIndex, to: userIndex + count };
  }

  #scoreVectors(vectors: F32Buffer, vectorOffset: number, vectorCount: number): void {
    this.#kernels.scoreInto({
      factors: this.#items.buffer,
      dim: this.#config.stride,
      rowCount: this.itemCount,
      vectors,
      vectorOffset,
      vectorCount,
      out: this.#scores,
    });
  }

  #gramOnce(): Float32Array {
    if (this.#gram) return this.#gram;
    const { stride } = this.#config;
    const gram = this.#kernels.allocF32(stride ** 2);
    const factors = this.#items.buffer;
    this.#kernels.addGram({ factors, dim: stride, fromRow: 0, toRow: this.itemCount, gram });
    this.#gram = gram.view.slice();
    gram.free();
    return this.#gram;
  }
}

function rowNorm(values: Float32Array, start: number, length: number): number {
  let sum = 0;
  for (let k = start; k < start + length; k++) sum += (values[k] as number) ** 2;
  return Math.sqrt(sum);
}
