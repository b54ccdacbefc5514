import * as z from "zod";
import { MAX_INTEGER, reference } from "./field.ts";
import { MODEL_STATUSES } from "./model.ts";
import { rowId, timestamp } from "./primitives.ts";
import { coldMetrics, metricDifferences, metricIntervals } from "./tuning-job.ts";

export const MIN_COMPARED_MODELS = 2;
export const MAX_COMPARED_MODELS = 4;

/** Measures a model's configuration on held-out data; the model then shows the metrics. */
export const modelEvaluationRequest = z.strictObject({ split: reference(), evaluation: reference() });
export type ModelEvaluationRequest = z.infer<typeof modelEvaluationRequest>;

const count = z.number().int().nullable();

export const comparedModel = z.object({
  id: rowId,
  version: z.number().int(),
  status: z.enum(MODEL_STATUSES),
  ins_datetime: timestamp,
  recommender_class_name: z.string(),
  parameters_json: z.record(z.string(), z.unknown()),
  /** Bytes of the artifact; null where there is none. */
  filesize: z.number().int().nullable(),
  /** From the request to the stored model. */
  training_seconds: z.number().nullable(),
  /** Its training data; counts are null if the file's report is gone. */
  data: z.object({ id: rowId, basename: z.string(), users: count, items: count, interactions: count }),
  /** Null for a model without a measurement. */
  measurement: z
    .object({
      /** The test part of the measurement: figures of different test parts cannot be compared. */
      test_part: z.string(),
      /** The job that measured it, with its split and evaluation; null if the job was deleted. */
      tuning_job: rowId.nullable(),
      data: rowId.nullable(),
      split: rowId.nullable(),
      evaluation: rowId.nullable(),
      metrics: z.record(z.string(), z.number()),
      /** 95 % intervals; null for measurements from before they were kept. */
      intervals: metricIntervals.nullable(),
      /** Popularity on the same test part; null if the job was deleted. */
      popularity: z.record(z.string(), z.number()).nullable(),
      /** The model minus popularity; null for measurements from before it was kept. */
      over_popularity: metricDifferences.nullable(),
      /** The same configuration on new items and new users; null for measurements without a table, and for a live model beside a winner. */
      cold: coldMetrics.nullable(),
    })
    .nullable(),
  lineage: z.object({
    configuration: rowId,
    /** The study that found the configuration. */
    tuning_job: rowId.nullable(),
    /** The live model that was measured together with this one. */
    parent: rowId.nullable(),
  }),
  /** Whether an active slot of the project serves it. */
  is_serving: z.boolean(),
});
export type ComparedModel = z.infer<typeof comparedModel>;

/** Two models on the same users. */
export const modelPair = z.object({
  model: rowId,
  than: rowId,
  /** `model` minus `than`. */
  differences: metricDifferences,
});
export type ModelPair = z.infer<typeof modelPair>;

export const modelComparison = z.object({
  /** In the order of the request. */
  models: z.array(comparedModel),
  /** Whether all were measured on one test part; only then can their metrics be compared. */
  is_comparable: z.boolean(),
  /** That part: all shown figures belong to it. */
  test_part: z.string().nullable(),
  /** The best value of each metric that all have and that distinguishes them; null if they are not comparable. */
  best: z.record(z.string(), z.object({ model: rowId, value: z.number() })).nullable(),
  /** Each two of the models, where both were measured on the test part since resamples are kept. */
  pairs: z.array(modelPair),
  /**
   * Metrics by which no best model can be named: the 95 % interval of the difference between the highest model and another holds 0.
   * Without a pair of the two, their own intervals overlap.
   */
  not_distinguishable: z.array(z.string()),
});
export type ModelComparison = z.infer<typeof modelComparison>;

export const MAX_OVERLAP_PEOPLE = 500;

/** `ids`: two models, as in `3,7`. */
export const listOverlapQuery = z.object({
  ids: z.string().regex(/^\d{1,15},\d{1,15}$/, "Name two different models, as in 3,7."),
  people: z.coerce.number().int().min(1).max(MAX_OVERLAP_PEOPLE).default(200),
  cutoff: z.coerce.number().int().min(1).max(50).default(10),
  /** The same seed draws the same people. */
  seed: z.coerce.number().int().min(0).max(MAX_INTEGER).default(0),
});
export type ListOverlapQuery = z.infer<typeof listOverlapQuery>;

/** The lists of two models for the same people of the first one's training data. */
export const listOverlap = z.object({
  /** People whom both models know. */
  people: z.number().int(),
  /** People drawn whom only the first model knows; they are left out. */
  unknown: z.number().int(),
  cutoff: z.number().int(),
  seed: z.number().int(),
  /** Items that both lists of a person have, on average; null without people. */
  mean_shared: z.number().nullable(),
  /** The 95 % interval of that mean; null for fewer than two people. */
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
  /** How many people share 0, 1, … `cutoff` items. */
  shared_counts: z.array(z.number().int()),
  models: z.array(
    z.object({
      id: rowId,
      version: z.number().int(),
      /** Different items in the lists of these people. */
      items_shown: z.number().int(),
    }),
  ),
});
export type ListOverlap = z.infer<typeof listOverlap>;
