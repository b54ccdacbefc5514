import { lightFm } from "#contract/algorithms/light-fm.ts";
import type { Section } from "../../artifact/section.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { Factors } from "../factor-store/factors.ts";
import { FloatFactorSections } from "../factor-store/float-factors.ts";
import type { Model, Profile } from "../fit/algorithm.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { EmbeddingMap } from "./embedding-map.ts";
import { NORMALIZATIONS } from "./embedding-rows.ts";
import { FactorModel } from "./factor-model.ts";
import { RidgeFolder, type ScoreLevels } from "./ridge-folder.ts";

const STORED = new FloatFactorSections("light-fm");
const USER_MAP = "light-fm.user-map";
const ITEM_MAP = "light-fm.item-map";
const MOST_FEATURES = 2 ** 31;

export interface LightFmParts {
  readonly kernels: Kernels;
  /** Vectors whose last coordinate is the item's bias; that of users is 1. The model holds both. */
  readonly items: Factors;
  readonly users: Factors | null;
  readonly userMap: EmbeddingMap;
  readonly itemMap: EmbeddingMap;
  readonly levels: ScoreLevels;
}

/** A user is folded in towards what their features say; one without interactions gets just that. */
export function lightFmModel({ kernels, items, users, userMap, itemMap, levels }: LightFmParts): Model {
  const prior = new Float32Array(items.dim);
  const priorOf = ({ features }: Profile) => {
    userMap.mapInto(features, prior);
    return prior;
  };
  return new FactorModel({
    ...{ algorithm: lightFm.name, kernels, items, users },
    ...(itemMap.featureCount > 0 && { itemMap }),
    readsUserFeatures: userMap.featureCount > 0,
    openFolder: () => new RidgeFolder(kernels, items, levels, priorOf),
    encode: (options) => [
      ...STORED.encode(
        items,
        [levels.seen, levels.unseen, ...settingsOf(userMap), ...settingsOf(itemMap)],
        options,
      ),
      { name: USER_MAP, data: userMap.weights.slice() },
      { name: ITEM_MAP, data: itemMap.weights.slice() },
    ],
  });
}

/** Restores a model that `encode` wrote; it folds every user in. Throws `BAD_ARTIFACT`. */
export function decodeLightFmModel(sections: readonly Section[], kernels: Kernels): Model {
  // One coordinate is the bias.
  const { items, rest } = STORED.decode(sections, kernels, { restCount: 10, minDim: 2 });
  try {
    const userMap = requireMap(sections, USER_MAP, rest.subarray(2, 6), items.dim);
    const itemMap = requireMap(sections, ITEM_MAP, rest.subarray(6), items.dim);
    const levels = { seen: rest[0] as number, unseen: rest[1] as number };
    return lightFmModel({ kernels, items, users: null, userMap, itemMap, levels });
  } catch (error) {
    items.release();
    throw error;
  }
}

function settingsOf({ featureCount, scaling }: EmbeddingMap): number[] {
  const { normalization, featureWeight, hasIdentity } = scaling;
  return [featureCount, NORMALIZATIONS.indexOf(normalization), hasIdentity ? 1 : 0, featureWeight];
}

function requireMap(
  sections: readonly Section[],
  name: string,
  settings: Float64Array,
  dim: number,
): EmbeddingMap {
  const featureCount = requireCount(settings, 0, 0, MOST_FEATURES);
  const normalization = NORMALIZATIONS[requireCount(settings, 1, 0, NORMALIZATIONS.length - 1)] ?? "none";
  const hasIdentity = requireCount(settings, 2, 0, 1) === 1;
  const weights = requireSection(sections, name, Float32Array, (featureCount + 1) * dim);
  requireFinite(name, weights);
  const scaling = { normalization, hasIdentity, featureWeight: settings[3] as number };
  return new EmbeddingMap(scaling, featureCount, dim, weights.slice());
}
