import { FEATURE_WEIGHTINGS, WEIGHT_POWER } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

/** How much the columns of a kind count. */
const KIND_WEIGHT = {
  kind: "float",
  default: 1,
  min: 0,
  max: 100,
  search: { low: 0.1, high: 10, log: true },
} as const;

export const content = defineAlgorithm({
  name: "Content",
  aliases: ["tfidf"],
  family: "content",
  title: "Content",
  about: "Items that are alike by title, text, tags and numbers. Needs a table of items.",
  source: "Edgewise: TF-IDF or BM25 by column and cosine; ranges by judgement.",
  params: {
    weighting: { kind: "choice", default: "TF_IDF", choices: FEATURE_WEIGHTINGS, search: true },
    bm25_k1: { kind: "float", default: 1.2, min: 0, max: 100 },
    bm25_b: { kind: "float", default: 0.75, min: 0, max: 1 },
    /** A word counts 1 + ln(its count) instead of its count. */
    sublinear: { kind: "choice", default: true, choices: [false, true] },
    /** Each column of an item counts by its weight alone, however many words it has. */
    per_column: { kind: "choice", default: true, choices: [false, true], search: true },
    title_weight: KIND_WEIGHT,
    /** A description of dozens of words says more than a title or a label. */
    text_weight: { ...KIND_WEIGHT, default: 3 },
    /** Of tags, categories and flags. */
    label_weight: KIND_WEIGHT,
    /** Of numbers and dates. */
    number_weight: { ...KIND_WEIGHT, default: 2 },
    /** How much a pair of tags counts beside its tags. */
    pair_weight: { kind: "float", default: 0, min: 0, max: 10 },
    /** Words of more than this share of the items do not count. */
    max_share: { kind: "float", default: 0.5, min: 0.001, max: 1 },
    /** Words and labels of fewer items do not count. */
    min_rows: { kind: "int", default: 2, min: 1, max: 1000 },
    weight_power: WEIGHT_POWER,
    /** The power of an item's number of users; 0 ranks by content alone. */
    popularity: { kind: "float", default: 0, min: 0, max: 2, search: { low: 0, high: 1 } },
    /** The power with which features of items with many users count more; 0 weighs features by the table alone. */
    feedback: { kind: "float", default: 0, min: 0, max: 5, search: { low: 0, high: 2 } },
  },
  paramAliases: {},
  startingPoints: [
    {
      ...{ weighting: "TF_IDF", per_column: true, title_weight: 1, text_weight: 3, label_weight: 1 },
      ...{ number_weight: 2, weight_power: 0.25, popularity: 0, feedback: 0 },
    },
    {
      ...{ weighting: "TF_IDF", per_column: false, title_weight: 1, text_weight: 1, label_weight: 1 },
      ...{ number_weight: 2, weight_power: 0.25, popularity: 0.5, feedback: 0 },
    },
  ],
  needsTimes: false,
  needsTables: ["items"],
  maxItems: null,
});
