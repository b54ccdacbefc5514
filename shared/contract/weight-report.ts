/** What a choice of weights does to the data, before a training: a request, and its report. */
import * as z from "zod";
import { eventSettingsRequest } from "./event-settings.ts";
import { choice, reference } from "./field.ts";
import { projectRequest } from "./project.ts";
import { weightRule } from "./weight-rule.ts";

export const WEIGHED_SOURCES = ["file", "events"] as const;

const settings = eventSettingsRequest.pick({
  event_weights: true,
  event_cap: true,
  event_cap_quantile: true,
  event_half_life_days: true,
  weight_kind: true,
  weight_scale: true,
  rating_min: true,
  rating_max: true,
  likes_from: true,
  below_likes: true,
});

/** Settings that are absent are those of the project. Nothing is stored. */
export const weightPreviewRequest = z.strictObject({
  /** A file, the newest uploaded one by default, or all events that have arrived. */
  source: choice(WEIGHED_SOURCES, { file: "An uploaded file", events: "Events that have arrived" }).default(
    "file",
  ),
  data: reference().nullish(),
  weight_column: projectRequest.shape.weight_column,
  event_type_column: projectRequest.shape.event_type_column,
  ...settings.shape,
});
export type WeightPreviewRequest = z.infer<typeof weightPreviewRequest>;

const count = z.number().int().nonnegative();

/** Of numbers. Quantiles and the bounds of bars are exact for up to 64 different numbers, else within 1 %. */
export const distribution = z.object({
  count,
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  /** By share, such as "0.5" for the median. */
  quantiles: z.record(z.string(), z.number()),
  /** Bars in ascending order: how many numbers are from `from` to `to`, both included. */
  histogram: z.array(z.object({ from: z.number(), to: z.number(), count })),
});
export type Distribution = z.infer<typeof distribution>;

/** Files that are looked at, the newest. */
export const MOST_OTHERWISE_WEIGHED = 100;

const otherwiseWeighed = z.object({ id: count, basename: z.string() });
export type OtherwiseWeighed = z.infer<typeof otherwiseWeighed>;

export const weightReport = z.object({
  /** The id of the file; null for events. */
  data: count.nullable(),
  /** What the numbers are taken for; null if they are weights as they are. */
  rule: weightRule.nullable(),
  /** All rows, or events. The next three add up to it. */
  rows: count,
  kept_rows: count,
  /** Rated lower than a like. */
  left_out_rows: count,
  rejected_rows: count,
  /** Why rows are left out or rejected, the most frequent reason first. */
  reasons: z.array(z.object({ reason: z.string(), rows: count })),
  /** Users with a row that can be read, kept or not. */
  users_before: count,
  users: count,
  items: count,
  /** Pairs of a user and an item of weight above 0: the entries of the matrix. */
  pairs: count,
  /** Pairs of weight 0 and below: seen, and not recommended. */
  dislikes: count,
  /** pairs / (users × items). */
  density: z.number().min(0).max(1),
  /** The share of the users who have pairs of fewer than 2 items: they do not show what goes together. */
  users_below_2_items: z.number().min(0).max(1),
  /** Null if all rows were counted. Else the share of the users, chosen by chance, from whose rows `users`, `pairs` and what follows are estimated. */
  sampled_users: z.number().nullable(),
  /** The numbers of the rows as they are; null without numbers. */
  before: distribution.nullable(),
  /** The weights of pairs above 0, as algorithms get them. */
  after: distribution.nullable(),
  /** Kept rows by event type, and the sum of their weights before age and caps; empty without types. */
  by_type: z.array(z.object({ type: z.string(), rows: count, weight: z.number() })),
  /**
   * Uploaded files that were read by another choice than this one, newest first. They keep its weights until they are uploaded again.
   * Only the newest 100 files are looked at.
   */
  otherwise_weighed: z.array(otherwiseWeighed),
  /** Some rows of each outcome. `after` is null for a row that is not kept, and comes before age and caps. */
  examples: z.array(
    z.object({
      user: z.string(),
      item: z.string(),
      type: z.string().nullable(),
      before: z.number().nullable(),
      after: z.number().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type WeightReport = z.infer<typeof weightReport>;
