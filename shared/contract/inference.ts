import * as z from "zod";
import { HALF_CHARACTER, HALF_CHARACTER_TEXT } from "./half-character.ts";
import { MAX_ID_LENGTH, MAX_PREDICT_CUTOFF, MAX_PROFILE_ITEMS, MAX_RECOMMENDATIONS_LIMIT } from "./limits.ts";
import { textOfNumber } from "./number-text.ts";
import { rowId } from "./primitives.ts";
import { wholeNumber } from "./query-number.ts";

/**
 * How a list was made. `personal`: from the model and the user's own history. `profile`: from the items in the request.
 * `popular`: nothing is known of the user (the model does not know the id, and no item of the request), or the model has no
 * opinion of any item for them. An unknown user does not get a 404.
 */
export const STRATEGIES = ["personal", "profile", "popular"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** An id as text, or as a number with one meaning as text. */
export const idAsText = z
  .preprocess(
    (raw) => (typeof raw === "number" ? (textOfNumber(raw) ?? raw) : raw),
    z
      .string()
      .max(MAX_ID_LENGTH)
      .refine((id) => !HALF_CHARACTER.test(id), { message: HALF_CHARACTER_TEXT }),
  )
  .meta({ type: ["string", "number"], maxLength: MAX_ID_LENGTH });

const cutoff = wholeNumber({ min: 1, max: MAX_PREDICT_CUTOFF });

/**
 * At least one of `user_id` and `item_ids`; with `item_ids` the list is based on these (plus the known history, if any).
 *
 * @param message Refuses a request with neither.
 */
export const predictRequestOf = (message: string) =>
  z
    .object({
      user_id: idAsText.optional(),
      item_ids: z.array(idAsText).max(MAX_PROFILE_ITEMS).optional(),
      cutoff: cutoff.default(10).meta({ default: 10 }),
      include_metadata: z.boolean().default(false),
    })
    .refine((body) => body.user_id !== undefined || body.item_ids !== undefined, {
      path: ["user_id"],
      message,
    });
export const predictRequest = predictRequestOf("Give user_id, item_ids or both.");
export type PredictRequest = z.infer<typeof predictRequest>;

/** True for an item without an opinion of the model: it fills a `personal` or `profile` list by its popularity, with score 0. */
export const filledItem = z.boolean().optional();

export const predictedItem = z.object({
  item_id: z.string(),
  score: z.number(),
  filled: filledItem,
  metadata: z.record(z.string(), z.unknown()).nullable().optional(),
});
export type PredictedItem = z.infer<typeof predictedItem>;

export const predictResponse = z.object({
  items: z.array(predictedItem),
  model_id: rowId,
  request_id: z.string(),
  /** 0 if the project has no slot and a ready model answers. */
  slot_id: z.number().int().nonnegative(),
  slot_name: z.string(),
  strategy: z.enum(STRATEGIES),
});
export type PredictResponse = z.infer<typeof predictResponse>;

/**
 * For one model, as Recotem takes it. More users than a batch may have are refused by the route, with Recotem's sentence.
 *
 * @param id The form of a user id.
 */
export const modelRequestsOf = (id: typeof idAsText | z.ZodString) => ({
  modelPredictRequest: z.object({ user_id: id, cutoff: cutoff.default(10).meta({ default: 10 }) }),
  modelBatchRequest: z.object({ user_ids: z.array(id), cutoff: cutoff.default(10).meta({ default: 10 }) }),
});
export const { modelPredictRequest, modelBatchRequest } = modelRequestsOf(idAsText);

export const modelPredictResponse = z.object({
  items: z.array(predictedItem),
  model_id: rowId,
  request_id: z.string(),
});
export type ModelPredictResponse = z.infer<typeof modelPredictResponse>;
export const modelBatchResponse = z.object({ results: z.array(modelPredictResponse) });
export const inferenceModels = z.object({ models: z.array(rowId), count: z.number().int() });

/** The K-pop service's query: whole numbers as text. */
export const recommendationsQuery = z.object({
  limit: wholeNumber({ min: 1, max: MAX_RECOMMENDATIONS_LIMIT }).default(20).meta({ default: 20 }),
  offset: wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(0).meta({ default: 0 }),
});

/** The K-pop service's shape; an item's metadata row is `metadata.metadata`, its community `metadata.communityId`. */
export const recommendationsResponse = z.object({
  user_id: z.string(),
  recommendations: z.array(
    z.object({
      post_id: z.string(),
      score: z.number(),
      filled: filledItem,
      metadata: z.object({
        metadata: z.record(z.string(), z.unknown()),
        communityId: z.string().nullable(),
      }),
    }),
  ),
  pagination: z.object({
    total: z.number().int(),
    limit: z.number().int(),
    offset: z.number().int(),
    has_more: z.boolean(),
  }),
  /** `cold_start`: by the project's rules for people with few interactions, as in the K-pop service. */
  strategy: z.enum([...STRATEGIES, "cold_start"]),
});
export type RecommendationsResponse = z.infer<typeof recommendationsResponse>;

export const servingHealth = z.object({ status: z.literal("healthy"), loaded_models: z.number().int() });
export type ServingHealth = z.infer<typeof servingHealth>;

/** One wrong field, in pydantic's words. */
export const validationProblem = z.object({
  type: z.string(),
  /** Where: `body`, `path` or `query`, then the field, then positions within it. */
  loc: z.array(z.union([z.string(), z.number()])),
  msg: z.string(),
  input: z.unknown(),
  ctx: z.record(z.string(), z.unknown()).optional(),
});
export type ValidationProblem = z.infer<typeof validationProblem>;

/** The body of a refused call of serving: one sentence, or the wrong fields. */
export const servingRefusal = z.object({ detail: z.union([z.string(), z.array(validationProblem)]) });
export type ServingRefusal = z.infer<typeof servingRefusal>;
