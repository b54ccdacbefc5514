import * as z from "zod";
import { DEPLOY_MODES, deployMode } from "./deployment.ts";
import { idList, integer, jsonObject, reference, text } from "./field.ts";
import { filledItem } from "./inference.ts";
import { MAX_ITEM_REASONS, MAX_PROFILE_ITEMS } from "./limits.ts";
import { rowId, timestamp } from "./primitives.ts";
import { itemReason, propertyReason } from "./recommend.ts";
import { taskLink } from "./task.ts";
import { jobWork, workEstimate } from "./work.ts";

const params = z.record(z.string(), z.unknown());

export const modelConfigurationRequest = z.object({
  name: text({ max: 256 }).nullish(),
  project: reference(),
  recommender_class_name: text({ max: 128 }),
  parameters_json: jsonObject("Must be a JSON object (dict).").default({}),
});
export type ModelConfigurationRequest = z.infer<typeof modelConfigurationRequest>;

export const modelConfigurationResponse = z.object({
  id: rowId,
  tuning_job: rowId.nullable(),
  name: z.string().nullable(),
  project: rowId,
  recommender_class_name: z.string(),
  parameters_json: params,
  ins_datetime: timestamp,
});
export type ModelConfigurationResponse = z.infer<typeof modelConfigurationResponse>;

export const MODEL_STATUSES = ["PENDING", "TRAINING", "READY", "FAILED"] as const;
export type ModelStatus = (typeof MODEL_STATUSES)[number];

export const trainedModelRequest = z.object({
  configuration: reference(),
  data_loc: reference(),
  deploy: deployMode().default("if_better"),
});
export type TrainedModelRequest = z.infer<typeof trainedModelRequest>;

/** A configuration that need not be stored, and data. */
export const trainingEstimateRequest = modelConfigurationRequest
  .pick({ recommender_class_name: true, parameters_json: true })
  .extend({ data_loc: reference() });
export type TrainingEstimateRequest = z.infer<typeof trainingEstimateRequest>;

export const trainingEstimate = z.object({
  /** Whether many workers do it by blocks, because no isolate holds the data. */
  by_blocks: z.boolean(),
  /** Null when the training is refused. */
  estimate: workEstimate.nullable(),
  /** Most memory of a message, in MB of 10⁶ bytes; null by blocks, where no message takes more than an isolate has. */
  memory_mb: z.number().int().nullable(),
  /** Why it is refused, and what would make it fit; null when it is not. */
  reason: z.string().nullable(),
});
export type TrainingEstimate = z.infer<typeof trainingEstimate>;

export const trainedModelResponse = z.object({
  id: rowId,
  configuration: rowId,
  data_loc: rowId,
  file: z.string().nullable(),
  irspack_version: z.string().nullable(),
  ins_datetime: timestamp,
  basename: z.string().nullable(),
  filesize: z.number().int().nullable(),
  task_links: z.array(taskLink).optional(),
  status: z.enum(MODEL_STATUSES),
  /** Counts up within the project, from 1. */
  version: z.number().int(),
  /** Share of the training done, 0 … 1. */
  progress: z.number(),
  error: z.string().nullable(),
  /** Metrics of its configuration on held-out data, from its study or from its first measurement; null before. */
  metrics: z.record(z.string(), z.number()).nullable(),
  /** The test part of `metrics`, see `test-part.ts`: figures of different parts cannot be compared. */
  test_part: z.string().nullable(),
  deploy: z.enum(DEPLOY_MODES),
  /** The decision once it was ready: whether it went live, and why; empty before. */
  deployment: z.string(),
  /** What its training was estimated to take and what its tasks took so far, where many workers do it by blocks of the data; null for others. */
  work: jobWork.nullable(),
});
export type TrainedModelResponse = z.infer<typeof trainedModelResponse>;

export const scoredItem = z.object({
  item_id: z.string(),
  score: z.number(),
  filled: filledItem,
  /** On request. */
  reasons: z.array(z.union([itemReason, propertyReason])).optional(),
});
export type ScoredItem = z.infer<typeof scoredItem>;

export const profileRequest = z.object({
  item_ids: idList(MAX_PROFILE_ITEMS),
  cutoff: integer(),
  /** How many of the items to name as reasons for each recommended one. */
  reasons: integer({ min: 0, max: MAX_ITEM_REASONS }).optional(),
});
export type ProfileRequest = z.infer<typeof profileRequest>;

export const profileResponse = z.object({ recommendations: z.array(scoredItem) });
export type ProfileResponse = z.infer<typeof profileResponse>;

export const sampleResponse = z.object({
  user_id: z.string(),
  user_profile: z.array(z.string()),
  recommendations: z.array(scoredItem),
});
export type SampleResponse = z.infer<typeof sampleResponse>;

/** Ids of people of a model's training data. */
export const foundPeople = z.object({ results: z.array(z.string()) });
export type FoundPeople = z.infer<typeof foundPeople>;

/** What the training of a model knows of a person. */
export const personHistory = z.object({ user_id: z.string(), item_ids: z.array(z.string()) });
export type PersonHistory = z.infer<typeof personHistory>;

/** Both lists are JSON texts of rows that hold the item's metadata, as Recotem's front end expects. */
export const sampleWithMetadataResponse = z.object({
  user_id: z.string(),
  user_profile: z.string(),
  recommendations: z.string(),
});
export type SampleWithMetadataResponse = z.infer<typeof sampleWithMetadataResponse>;
