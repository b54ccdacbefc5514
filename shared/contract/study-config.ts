import * as z from "zod";
import { boolean, choice, float, integer, text } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

/** RG: random per user. TU: each user's latest interactions. TG: everything after one moment. */
export const SPLIT_SCHEMES = ["RG", "TG", "TU"] as const;
export type SplitScheme = (typeof SPLIT_SCHEMES)[number];
/** New items or users: all interactions of a share of them are held out. Recotem has none of these. */
export const COLD_SPLIT_SCHEMES = ["cold_items", "cold_users"] as const;
export type ColdSplitScheme = (typeof COLD_SPLIT_SCHEMES)[number];

/** What comes next: the last items of each user, every step of the newest sessions, or the first items from one moment on. */
export const NEXT_ITEM_SPLIT_SCHEMES = ["next-item", "sessions", "time"] as const;
export type NextItemSplitScheme = (typeof NEXT_ITEM_SPLIT_SCHEMES)[number];

const ALL_SPLIT_SCHEMES = [...SPLIT_SCHEMES, ...COLD_SPLIT_SCHEMES, ...NEXT_ITEM_SPLIT_SCHEMES] as const;
export type AnySplitScheme = (typeof ALL_SPLIT_SCHEMES)[number];

const SPLIT_SCHEME_NAMES = {
  RG: "Random",
  TG: "Time Global",
  TU: "Time User",
  cold_items: "New items",
  cold_users: "New users",
  "next-item": "Next item",
  sessions: "Sessions",
  time: "Next items from one moment on",
} as const;

export function isColdScheme(scheme: AnySplitScheme): scheme is ColdSplitScheme {
  return COLD_SPLIT_SCHEMES.some((cold) => cold === scheme);
}

export function isNextItemScheme(scheme: AnySplitScheme): scheme is NextItemSplitScheme {
  return NEXT_ITEM_SPLIT_SCHEMES.some((one) => one === scheme);
}

export const splitConfigRequest = z.object({
  name: text({ max: 256 }).nullish(),
  scheme: choice(ALL_SPLIT_SCHEMES, SPLIT_SCHEME_NAMES, SPLIT_SCHEMES).default("RG"),
  heldout_ratio: float({ min: 0, max: 1 }).default(0.1),
  /** Of next items: how many of them are relevant, 1 by default. */
  n_heldout: integer().nullish(),
  test_user_ratio: float({ min: 0, max: 1 }).default(1),
  n_test_users: integer().nullish(),
  /** Of next items: whether a list may have items that are known already; by default in sessions alone. */
  keeps_seen: boolean().nullish(),
  random_seed: integer().default(42),
});
export type SplitConfigRequest = z.infer<typeof splitConfigRequest>;

export const splitConfigResponse = z.object({
  id: rowId,
  name: z.string().nullable(),
  created_by: rowId.nullable(),
  scheme: z.enum(ALL_SPLIT_SCHEMES),
  heldout_ratio: z.number(),
  n_heldout: z.number().int().nullable(),
  test_user_ratio: z.number(),
  n_test_users: z.number().int().nullable(),
  keeps_seen: z.boolean().nullable().optional(),
  random_seed: z.number().int(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type SplitConfigResponse = z.infer<typeof splitConfigResponse>;

const RECOTEM_METRICS = ["ndcg", "map", "recall", "hit"] as const;
/** What a study chooses by. `mrr` is what session models are compared by; Recotem does not have it. */
export const TARGET_METRICS = [...RECOTEM_METRICS, "mrr"] as const;
export type TargetMetric = (typeof TARGET_METRICS)[number];

export const evaluationConfigRequest = z.object({
  name: text({ max: 256 }).nullish(),
  /** Any integer is stored, as in Recotem; a study refuses one below 1. */
  cutoff: integer().default(20),
  target_metric: choice(TARGET_METRICS, undefined, RECOTEM_METRICS).default("ndcg"),
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
