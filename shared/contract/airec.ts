/** What clients of AiREC send and get; see docs/guides/from-airec.md. */
import * as z from "zod";

export const AIREC_MODEL_TYPES = ["content", "collaborative", "hybrid"] as const;
export type AirecModelType = (typeof AIREC_MODEL_TYPES)[number];

export const AIREC_FILE_TYPES = ["content", "interaction"] as const;
export type AirecFileType = (typeof AIREC_FILE_TYPES)[number];

export const AIREC_STATUSES = ["pending", "processing", "ready", "error"] as const;
export type AirecStatus = (typeof AIREC_STATUSES)[number];

/** A column of an uploaded file and what it is for: `item_id`, `item_title`, `feature_col`, `user_id` or `rating`. */
export interface AirecMapping {
  readonly key: string;
  readonly column: string;
}

/** An uploaded file as its client described it. */
export interface AirecFile {
  readonly type: AirecFileType;
  /** As the client sent it. */
  readonly filename: string;
  /** A random UUID. */
  readonly token: string;
  readonly mappings: readonly AirecMapping[];
}

export const schemaMapping = z.object({
  app_schema_key: z.string(),
  user_csv_column: z.string(),
  id: z.number().int(),
  file_id: z.number().int(),
});

export const airecProjectResponse = z.object({
  project_name: z.string(),
  id: z.number().int(),
  status: z.enum(AIREC_STATUSES),
  model_type: z.enum(AIREC_MODEL_TYPES),
  mlflow_model_name: z.string().nullable(),
  mlflow_model_version: z.number().int().nullable(),
  uploaded_files: z.array(
    z.object({
      original_filename: z.string(),
      storage_path: z.string(),
      file_type: z.enum(AIREC_FILE_TYPES),
      id: z.number().int(),
      project_id: z.number().int(),
      schema_mappings: z.array(schemaMapping),
    }),
  ),
  /** Why the status is `error`. */
  error: z.string().optional(),
});
export type AirecProjectResponse = z.infer<typeof airecProjectResponse>;

/** A row of recommendations: its keys are the client's own column names. */
export type AirecRow = Readonly<Record<string, string>>;

/** Items of one answer, at most: those of a catalogue, as AiREC allows. */
export const MAX_AIREC_ITEMS = 100_000;

/** How content and collaborative results of a hybrid project share a list; see `mixed` in the engine. */
export const AIREC_MIXES = ["content_first", "interleaved"] as const;
export type AirecMix = (typeof AIREC_MIXES)[number];
