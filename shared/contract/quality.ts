/** How the lists of slots do, day by day, and what is told of it. */
import * as z from "zod";
import { float, integer } from "./field.ts";
import { timestamp } from "./primitives.ts";

/** Counts of a slot in a day, by rank where they are lists; `#engine/experiment/slot-quality.ts` makes and reads them. */
export interface SlotCounts {
  readonly lists: number;
  readonly cold: number;
  readonly shown: readonly number[];
  readonly taken: readonly number[];
  readonly bought: readonly number[];
  /** Lists with something that was taken, the sum of their ndcg, and of its squares. */
  readonly ranked: number;
  readonly ndcg: number;
  readonly ndcgSquares: number;
  readonly items: string;
  readonly itemGroups: readonly number[];
  readonly scoreGroups: readonly number[];
}

/** Each bound may be null: then nothing is told. */
export const qualityRuleRequest = z.strictObject({
  /** The drop of the click-through below its mean of the days before, as a share of it. */
  click_through_drop: float({ min: 0, max: 1 }).nullable().default(0.2),
  ndcg_drop: float({ min: 0, max: 1 }).nullable().default(0.2),
  /** The share of lists for people of whom the model knows nothing. */
  cold_share: float({ min: 0, max: 1 }).nullable().default(null),
  /** The stability index of scores; above .25 the change is much. */
  score_drift: float({ min: 0 }).nullable().default(0.25),
  /** The Jensen-Shannon divergence of the shown items, 0 to 1. */
  item_drift: float({ min: 0, max: 1 }).nullable().default(null),
  /** Days of fewer lists are not judged. */
  least_lists: integer({ min: 1 }).default(500),
});
export type QualityRule = z.output<typeof qualityRuleRequest>;

const bound = z.number().nullable();
export const qualityRuleResponse = z.object({
  ...{
    click_through_drop: bound,
    ndcg_drop: bound,
    cold_share: bound,
    score_drift: bound,
    item_drift: bound,
  },
  least_lists: z.number().int(),
});

export const qualityQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });

const atRank = z.array(z.number().nullable());
export const slotDay = z.object({
  /** In UTC, such as 2026-11-27. */
  day: z.string(),
  slot: z.number().int().nonnegative(),
  lists: z.number().int(),
  click_through: z.number(),
  click_through_at: atRank,
  conversion: z.number(),
  conversion_at: atRank,
  ndcg: z.number().nullable(),
  ranked_lists: z.number().int(),
  items_shown: z.number().int(),
  cold_share: z.number(),
  /** Against the seven days before; null without them. */
  item_drift: z.number().nullable(),
  score_drift: z.number().nullable(),
  /** What the rule tells of. */
  problems: z.array(z.string()),
});
export type SlotDay = z.infer<typeof slotDay>;
export const qualityResponse = z.object({
  rule: qualityRuleResponse,
  days: z.array(slotDay),
  counted_at: timestamp.nullable(),
});
export type QualityResponse = z.output<typeof qualityResponse>;
