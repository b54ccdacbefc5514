/**
 * Answers hold more than the original's: states, reasons, reports. Clients that accept nothing but the original's exact answers get
 * those from a deployment that is set to (`EDGEWISE_EXACT_RECOTEM`). All that the setting changes is here and in the files beside
 * this one whose names begin with `exact-`.
 */
import { AppError } from "#services/app-error.ts";
import type { RetrainingRunRow } from "#services/resources/resources.ts";
import type { RetrainingStyle } from "#services/retraining/retraining-runs.ts";
import type { ApiSettings } from "../env.ts";
import { withStoredName } from "./exact-files.ts";

/** The release of irspack whose classes and parameters we follow. */
const IRSPACK_VERSION = "0.4.0";

/** Fields of our own, by resource. */
const OWN_FIELDS = {
  project: ["allowed_origins", "header", "separator", "missing_words"],
  training_data: ["status", "error", "report"],
  item_meta_data: ["status", "error", "report"],
  user_meta_data: [],
  parameter_tuning_job: ["error", "final_metrics", "test_part", "deploy", "left_out"],
  trained_model: ["status", "version", "progress", "error", "metrics", "test_part", "deploy", "deployment"],
  deployment_slot: ["previous_model"],
  retraining_schedule: ["webhook_url", "deploy_tolerance", "keep_versions", "next_runs"],
  retraining_run: ["trigger", "attempts", "deployment"],
  retraining_trigger: ["run"],
} as const;

type StyledResource = keyof typeof OWN_FIELDS;
type Style = Pick<ApiSettings, "exactRecotem">;

/** A mapper of rows in the deployment's style. */
export function styled<Row>(
  { exactRecotem }: Style,
  resource: StyledResource,
  toResponse: (row: Row) => object,
): (row: Row) => object {
  if (!exactRecotem) return toResponse;
  const own: readonly string[] = OWN_FIELDS[resource];
  return (row) => {
    const entries = Object.entries(toResponse(row)).filter(([name]) => !own.includes(name));
    const shown: Record<string, unknown> = Object.fromEntries(entries);
    // The original declares this and never sets it.
    if ("next_run_at" in shown) shown.next_run_at = null;
    if (shown.irspack_version) shown.irspack_version = IRSPACK_VERSION;
    return shown;
  };
}

/** What a model's file is called: our container has its own suffix, old clients look for theirs. */
export function modelFileName({ exactRecotem }: Style, modelId: number): string {
  return `model-${modelId}.${exactRecotem ? "pkl" : "edgewise"}`;
}

/**
 * Why a file was refused: we add how to mend it in further sentences and call the file what people call it; the original has one
 * sentence, and the name that it stores the file under.
 */
export function refusalText({ exactRecotem }: Style, text: string, token: string): string {
  if (!exactRecotem) return text;
  const [, first = text] =
    /^(.*? (?:as \.\w+ file|not found in the upload file|as datetime)\.)/.exec(text) ?? [];
  return withStoredName(first, token);
}

/** Why a training failed: in plain words, or in Python's. */
export function failureText({ exactRecotem }: Style, text: string): string {
  if (!exactRecotem) return text;
  return text.replace(
    /\b(\w+): (\w+) has no parameter "\1"\.$/,
    "$2Recommender.__init__() got an unexpected keyword argument '$1'",
  );
}

/** A model without a usable file: our conflict is the original's internal error, with the same text. */
export function unusableModel({ exactRecotem }: Style, error: unknown): unknown {
  const isConflict = error instanceof AppError && error.code === "conflict";
  return exactRecotem && isConflict ? new AppError("internal", error.message) : error;
}

/**
 * What retraining counts of its data: rows, or bytes as the original does though its field is called rows. And whether a new model is
 * held against the one that serves, which the original does not do.
 */
export function retrainingStyle({ exactRecotem }: Style): RetrainingStyle {
  return exactRecotem ? { dataSize: (data) => data.filesize, deploysUnmeasured: true } : {};
}

/** The job of a run: a search, or, where a configuration was given, the measurement of its model, which the original has not. */
export function searchOf(
  { exactRecotem }: Style,
  run: Pick<RetrainingRunRow, "tuningJobId" | "configurationId">,
): number | null {
  return exactRecotem && run.configurationId !== null ? null : run.tuningJobId;
}
