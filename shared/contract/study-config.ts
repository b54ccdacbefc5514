import * as z from "zod";
import { choice, float, integer, text } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

/** RG: random per user. TU: each user's latest interactions. TG: everything after one moment. */
export const SPLIT_SCHEMES = ["RG", "TG", "TU"] as const;
export type SplitScheme = (typeof SPLIT_SCHEMES)[number];
const SPLIT_SCHEME_NAMES = { RG: "Random", TG: "Time Global", TU: "Time User" } as const;

export const splitConfigRequest = z.object({
  name: text({ max: 256 }).nullish(),
  scheme: choice(SPLIT_SCHEMES, SPLIT_SCHEME_NAMES).default("RG"),
  heldout_ratio: float({ min: 0, max: 1 }).default(0.1),
  n_heldout: integer().nullish(),
  test_user_ratio: float({ min: 0, max: 1 }).default(1),
  n_test_users: integer().nullish(),
  random_seed: integer().default(42),
});
export type SplitConfigRequest = z.infer<typeof splitConfigRequest>;

export const splitConfigResponse = z.object({
  id: rowId,
  name: z.string().nullable(),
  created_by: rowId.nullable(),
  scheme: z.enum(SPLIT_SCHEMES),
  heldout_ratio: z.number(),
  n_heldout: z.number().int().nullable(),
  test_user_ratio: z.number(),
  n_test_users: z.number().int().nullable(),
  random_seed: z.number().int(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type SplitConfigResponse = z.infer<typeof splitConfigResponse>;

export const TARGET_METRICS = ["ndcg", "map", "recall", "hit"] as const;
export type TargetMetric = (typeof TARGET_METRICS)[number];

export const evaluationConfigRequest = z.object({
  name: text({ max: 256 }).nullish(),
  /** Any integer is stored, as in Recotem; a study refuses one below 1. */
  cutoff: integer().default(20),
  target_metric: choice(TARGET_METRICS).default("ndcg"),
});
export type EvaluationConfigRequest = z.infer<typeof evaluationConfigRequest>;

export const evaluationConfigResponse = z.object({
  id: rowId,
  name: z.string().nullable(),
  cutoff: z.number().int(),
  created_by: rowId.nullable(),
  target_metric: z.enum(TARGET_METRICS),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type EvaluationConfigResponse = z.infer<typeof evaluationConfigResponse>;
