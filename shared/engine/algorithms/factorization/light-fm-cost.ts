import { pairFilterWords } from "../../kernels/ranking/calls.ts";
import { type FitCost, matrixBytes, sizeOf } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";
import { passSeconds } from "../cost/rates.ts";
import { dimOf, factorBytes, itemFactorBytes, strideOf } from "./factor-cost.ts";

/**
 * A coordinate of a sample, with the draws of WARP and the roots of Adagrad: half of it where the embeddings lie in a processor's
 * cache, twice where they do not.
 */
const SECONDS_PER_COORDINATE = 1.5e-8;

export const LIGHT_FM_COST: FitCost = {
  /** Embeddings of rows and features, and their state; the vectors of a model beside them; lists, and a filter of all pairs. */
  phases(shape, params) {
    const { users, items, interactions } = shape;
    const { ofItems, ofUsers, entries } = featuresOf(shape);
    const dim = dimOf(params) + 1;
    const states = params["learning_schedule"] === "adadelta" ? 3 : 2;
    const vectors = factorBytes(shape, dim);
    const embeddings = vectors + factorBytes({ users: ofUsers, items: ofItems }, dim);
    const weights = sizeOf(params, "weight_power") === 0 ? 0 : 4 * interactions;
    const lists = 8 * interactions + weights + 4 * pairFilterWords(interactions) + 4 * users;
    const rows = matrixBytes(users + items, users + items + entries);
    // The rows of features are also outside of the kernels, as are the maps of a model, which it copies when it is stored.
    const maps = 2 * 4 * dim * (ofItems + ofUsers);
    return [{ js: rows + maps, kernels: states * embeddings + vectors + lists + rows + 8 * items }];
  },
  storedBytes: (shape, params, isQuantized) =>
    itemFactorBytes(shape, params, isQuantized) +
    4 * (dimOf(params) + 1) * (featuresOf(shape).ofItems + featuresOf(shape).ofUsers),
  seconds(shape, params) {
    const { users, items, interactions } = shape;
    const samples = sizeOf(params, "train_epochs") * interactions;
    // A sample adds up or moves the features of a user and of items; the last are most of them.
    const perRow = 1 + featuresOf(shape).entries / (users + items);
    return passSeconds(shape) + SECONDS_PER_COORDINATE * samples * strideOf(params) * perRow;
  },
};

const featuresOf = ({ features }: FitShape) => features ?? { ofItems: 0, ofUsers: 0, entries: 0 };
