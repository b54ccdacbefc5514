/** A replay: what a model would have earned, from the log of the lists that others showed. */
import * as z from "zod";
import { experimentRequest } from "./experiment.ts";
import { dateTime } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

export const REPLAY_STATUSES = ["RUNNING", "READY", "FAILED"] as const;

export const replayRequest = z.strictObject({
  /** Lists from here on; by default from the time of the model's training data. */
  from: dateTime().optional(),
  /** Lists before here; now by default. */
  to: dateTime().optional(),
  conversion_types: experimentRequest.shape.conversion_types,
  confidence_level: experimentRequest.shape.confidence_level,
});
export type ReplayRequest = z.infer<typeof replayRequest>;

const interval = z.object({ estimate: z.number(), low: z.number(), high: z.number() });

/** Items taken per list, with intervals at the confidence level. */
const replayEstimates = z.object({
  people: z.number().int(),
  lists: z.number().int(),
  /** The share of the new model's places whose item could have stood there: below 1 the log cannot say all, and `ips` is too low. */
  supported_share: z.number(),
  /** As many lists of the new model itself would say as much. */
  effective_lists: z.number(),
  /** What was shown. */
  logged: interval,
  ips: interval,
  self_normalised: interval,
  doubly_robust: interval,
  /** `doubly_robust` less `logged`, of the same people. */
  gain: interval,
});

export const replayResult = z.object({
  /** Null if no list shows anything that the model would show in its place. */
  estimates: replayEstimates.nullable(),
  left_out: z.object({
    /** Lists without a probability of their places. */
    without_propensity: z.number().int(),
    /** Lists whose requests share an id. */
    repeated_ids: z.number().int(),
    robots: z.number().int(),
    /** Users who are another one. */
    merged: z.number().int(),
  }),
  /** The share of people that the figures are of, where there are very many. */
  sampled: z.number(),
  warnings: z.array(z.string()),
  advice: z.string(),
});
export type ReplayResult = z.infer<typeof replayResult>;

/** Sums over people, as they are kept while a replay goes on; `shared/engine/experiment/replay/off-policy.ts` says of what. */
export interface StoredReplay {
  readonly people: number;
  readonly sums: readonly number[];
  /** Sums of products of two of them, row by row. */
  readonly products: readonly number[];
  /** Of a list's mean weight. */
  readonly weights: number;
  readonly squaredWeights: number;
}

/** What the shards so far came to. */
export interface ReplayTally {
  readonly sums: StoredReplay | null;
  readonly leftOut: ReplayResult["left_out"];
  /** The least share of people that a shard was read of. */
  readonly sampled: number;
}

export const replayResponse = z.object({
  model: rowId,
  project: rowId,
  status: z.enum(REPLAY_STATUSES),
  /** From 0 to 1. */
  progress: z.number(),
  from: timestamp,
  to: timestamp,
  conversion_types: z.array(z.string()),
  confidence_level: z.number(),
  result: replayResult.nullable(),
  error: z.string().nullable(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type ReplayResponse = z.infer<typeof replayResponse>;
