import type { RangeKind } from "../../data/side-features.ts";
import type { ParamsOf } from "../fit/fit-guards.ts";
import type { ContentWeighting } from "./row-weigher.ts";

export interface ContentConfig {
  readonly weighting: ContentWeighting;
  readonly kindWeights: Readonly<Record<RangeKind, number>>;
  readonly pairWeight: number;
  /** Words of more than this share of the rows do not count. */
  readonly maxShare: number;
  /** Words and labels of fewer rows do not count. */
  readonly minRows: number;
  readonly weightPower: number;
  /** The power of an item's number of users. */
  readonly popularity: number;
  /** The power with which features of items with many users count more. */
  readonly feedback: number;
}

export function contentConfigOf(params: ParamsOf<"Content">): ContentConfig {
  const { label_weight: label, number_weight: number } = params;
  return {
    weighting: {
      scheme: params.weighting,
      k1: params.bm25_k1,
      b: params.bm25_b,
      isSublinear: params.sublinear,
      isPerColumn: params.per_column,
    },
    kindWeights: {
      ...{ title: params.title_weight, text: params.text_weight },
      ...{ category: label, tags: label, geo: label, number, date: number },
    },
    pairWeight: params.pair_weight,
    maxShare: params.max_share,
    minRows: params.min_rows,
    weightPower: params.weight_power,
    popularity: params.popularity,
    feedback: params.feedback,
  };
}
