import { featureIals } from "#contract/algorithms/feature-ials.ts";
import type { Section } from "../../artifact/section.ts";
import { type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { type Factors, packRows, unpackRows } from "../factor-store/factors.ts";
import type { ItemFactors } from "../factor-store/item-factors.ts";
import { itemFactorSectionsInSteps, requireStoredFactors } from "../factor-store/stored-factors.ts";
import { FeatureMap } from "../feature-map/feature-map.ts";
import type { Model, Profile } from "../fit/algorithm.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { FactorModel } from "./factor-model.ts";
import type { IalsLoss } from "./ials-config.ts";
import { FoldIn } from "./ials-fold-in.ts";

const SETTINGS = "feature-ials.settings";
const ITEM_FACTORS = "feature-ials.item-factors";
const GRAM = "feature-ials.gram";
const USER_MAP = "feature-ials.user-map";
const ITEM_MAP = "feature-ials.item-map";
const SETTINGS_LENGTH = 9;
const MAX_DIM = 4096;
const MOST = 2 ** 31;

export interface FeatureIalsParts {
  readonly kernels: Kernels;
  readonly loss: IalsLoss;
  /** The model holds both and releases them when it is disposed. Without users, every user is folded in. */
  readonly items: ItemFactors;
  readonly users: Factors | null;
  /** QᵀQ of the items that have interactions, stride × stride. */
  readonly gram: Float32Array;
  readonly userMap: FeatureMap;
  readonly itemMap: FeatureMap;
}

/** A user is folded in towards what the map says of their features; one without interactions gets just that. */
export function featureIalsModel(parts: FeatureIalsParts): Model {
  const { kernels, loss, items, users, gram } = parts;
  // Copies: the maps of a fit change after this model was taken.
  const [userMap, itemMap] = [parts.userMap, parts.itemMap].map(copyOf) as [FeatureMap, FeatureMap];
  const { dim, stride, alpha0, reg, nu, isLogScaled, epsilon } = loss;
  const settings = [dim, items.count, alpha0, reg, nu, isLogScaled ? 1 : 0, epsilon];
  return new FactorModel({
    ...{ algorithm: featureIals.name, kernels, items, users, itemMap, readsUserFeatures: true },
    openFolder: () => {
      const prior = new Float32Array(stride);
      return new FoldIn(kernels, loss, { items, gram }, ({ features }: Profile) => {
        userMap.mapInto(features, prior);
        return prior;
      });
    },
    *encode(options) {
      return [
        {
          name: SETTINGS,
          data: Float64Array.of(...settings, userMap.featureCount, itemMap.featureCount),
        },
        ...(yield* itemFactorSectionsInSteps(ITEM_FACTORS, items, options)),
        { name: GRAM, data: packRows(gram, dim, dim, stride) },
        { name: USER_MAP, data: userMap.weights.slice() },
        { name: ITEM_MAP, data: itemMap.weights.slice() },
      ];
    },
  });
}

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeFeatureIalsModel(sections: readonly Section[], kernels: Kernels): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, SETTINGS_LENGTH);
  requireFinite(SETTINGS, settings);
  const dim = requireCount(settings, 0, 1, MAX_DIM);
  const itemCount = requireCount(settings, 1, 1, MOST);
  const userMap = requireMap(sections, USER_MAP, requireCount(settings, 7, 0, MOST), dim);
  const itemMap = requireMap(sections, ITEM_MAP, requireCount(settings, 8, 0, MOST), dim);
  const packed = requireSection(sections, GRAM, Float32Array, dim * dim);
  requireFinite(GRAM, packed);
  const stride = paddedDim(dim);
  const [alpha0 = 0, reg = 0, nu = 0, isLogScaled = 0, epsilon = 1] = settings.subarray(2);
  const loss = { dim, stride, alpha0, reg, nu, isLogScaled: isLogScaled === 1, epsilon };
  const gram = new Float32Array(stride * stride);
  unpackRows(packed, gram, dim, dim, stride);
  const items = requireStoredFactors(sections, ITEM_FACTORS, kernels, { count: itemCount, dim });
  return featureIalsModel({ kernels, loss, items, users: null, gram, userMap, itemMap });
}

function requireMap(
  sections: readonly Section[],
  name: string,
  featureCount: number,
  dim: number,
): FeatureMap {
  const weights = requireSection(sections, name, Float32Array, (featureCount + 1) * dim);
  requireFinite(name, weights);
  return new FeatureMap(featureCount, dim, weights);
}

function copyOf({ featureCount, dim, weights }: FeatureMap): FeatureMap {
  return new FeatureMap(featureCount, dim, weights.slice());
}
