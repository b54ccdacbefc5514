import { z } from "zod";
import { reference } from "./field.ts";
import { MODEL_STATUSES } from "./model.ts";
import { rowId, timestamp } from "./primitives.ts";
import { metricIntervals } from "./tuning-job.ts";

export const MIN_COMPARED_MODELS = 2;
export const MAX_COMPARED_MODELS = 4;

/** Measures a model's configuration on held-out data; the model then shows the metrics. */
export const modelEvaluationRequest = z.object({ split: reference(), evaluation: reference() });
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
  /** From the order to the stored model. */
  training_seconds: z.number().nullable(),
  /** What it learnt from; counts are null where the file's report is gone. */
  data: z.object({ id: rowId, basename: z.string(), users: count, items: count, interactions: count }),
  /** Null for a model that nobody measured. */
  measurement: z
    .object({
      tuning_job: rowId,
      data: rowId,
      split: rowId,
      evaluation: rowId,
      metrics: z.record(z.string(), z.number()),
      /** 95 % intervals; null for what was measured before they were kept. */
      intervals: metricIntervals.nullable(),
    })
    .nullable(),
  lineage: z.object({
    configuration: rowId,
    /** The study that found the configuration. */
    tuning_job: rowId.nullable(),
    /** The model that served when a retraining made this one. */
    parent: rowId.nullable(),
  }),
  /** Whether one of the project's active slots serves it. */
  is_serving: z.boolean(),
});
export type ComparedModel = z.infer<typeof comparedModel>;

export const modelComparison = z.object({
  /** In the order that they were asked for. */
  models: z.array(comparedModel),
  /** Whether all were measured on the same data, split and evaluation; only then do their metrics say which is better. */
  is_comparable: z.boolean(),
  /** The best value of each metric that all have; null where they are not comparable. */
  best: z.record(z.string(), z.object({ model: rowId, value: z.number() })).nullable(),
});
export type ModelComparison = z.infer<typeof modelComparison>;
