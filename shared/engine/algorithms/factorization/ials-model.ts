import { ials } from "#contract/algorithms/ials.ts";
import type { Section } from "../../artifact/section.ts";
import { finishSteps, overRanges, type Steps } from "../../in-steps.ts";
import { type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { type Factors, packRows, unpackRows } from "../factor-store/factors.ts";
import type { ItemFactors } from "../factor-store/item-factors.ts";
import { itemFactorSectionsInSteps, requireStoredFactors } from "../factor-store/stored-factors.ts";
import type { Model } from "../fit/algorithm.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { FactorModel } from "./factor-model.ts";
import type { IalsConfig, IalsLoss } from "./ials-config.ts";
import { FoldIn } from "./ials-fold-in.ts";

const SETTINGS = "ials.settings";
const ITEM_FACTORS = "ials.item-factors";
const GRAM = "ials.gram";
const SETTINGS_LENGTH = 7;
const MAX_DIM = 4096;
const MAX_ITEMS = 2 ** 31;

/**
 * Makes a model of fixed item factors, and of user factors where the fit's own are at hand. The model holds both and releases
 * them when it is disposed. The Gram matrix of the items is computed when first needed.
 */
export function createIalsModel(
  kernels: Kernels,
  config: IalsConfig,
  items: Factors,
  users: Factors | null,
): Model {
  let gram: Float32Array | null = null;
  return modelOf(kernels, config, items, users, function* () {
    gram ??= yield* gramOf(kernels, items);
    return gram;
  });
}

/** Restores a model that `encode` wrote; it folds every user in, as it has no user factors. Throws `BAD_ARTIFACT`. */
export function decodeIalsModel(sections: readonly Section[], kernels: Kernels): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, SETTINGS_LENGTH);
  requireFinite(SETTINGS, settings);
  const dim = requireCount(settings, 0, 1, MAX_DIM);
  const itemCount = requireCount(settings, 1, 1, MAX_ITEMS);
  const packedGram = requireSection(sections, GRAM, Float32Array, dim * dim);
  requireFinite(GRAM, packedGram);
  const stride = paddedDim(dim);
  const [alpha0 = 0, reg = 0, nu = 0, isLogScaled = 0, epsilon = 1] = settings.subarray(2);
  const loss = { dim, stride, alpha0, reg, nu, isLogScaled: isLogScaled === 1, epsilon };
  const items = requireStoredFactors(sections, ITEM_FACTORS, kernels, { count: itemCount, dim });
  const gram = new Float32Array(stride * stride);
  unpackRows(packedGram, gram, dim, dim, stride);
  // biome-ignore lint/correctness/useYield: nothing is left to compute
  return modelOf(kernels, loss, items, null, function* () {
    return gram;
  });
}

/** @param gramOnce QᵀQ, stride × stride; computed when it is first asked for. */
function modelOf(
  kernels: Kernels,
  loss: IalsLoss,
  items: ItemFactors,
  users: Factors | null,
  gramOnce: () => Steps<Float32Array>,
): Model {
  const { dim, stride, alpha0, reg, nu, isLogScaled, epsilon } = loss;
  const settings = [dim, items.count, alpha0, reg, nu, isLogScaled ? 1 : 0, epsilon];
  return new FactorModel({
    algorithm: ials.name,
    kernels,
    items,
    users,
    openFolder: () => new FoldIn(kernels, loss, { items, gram: finishSteps(gramOnce()) }),
    *encode(options) {
      // First: the encoding may give the factors away.
      const gram = yield* gramOnce();
      return [
        { name: SETTINGS, data: Float64Array.from(settings) },
        ...(yield* itemFactorSectionsInSteps(ITEM_FACTORS, items, options)),
        { name: GRAM, data: packRows(gram, dim, dim, stride) },
      ];
    },
  });
}

/** Floating-point operations between two yields: about 5 ms. */
const FLOPS_PER_PIECE = 1.2e8;

/** QᵀQ of all items, stride × stride. */
export function* gramOf(kernels: Kernels, { buffer, count, stride }: Factors): Steps<Float32Array> {
  const gram = kernels.allocF32(stride ** 2);
  try {
    const add = (fromRow: number, toRow: number) =>
      kernels.addGram({ factors: buffer, dim: stride, fromRow, toRow, gram });
    yield* overRanges(count, add, Math.ceil(FLOPS_PER_PIECE / stride ** 2));
    return gram.view.slice();
  } finally {
    gram.free();
  }
}
