/**
 * Answers hold more than the original's: states, reasons, reports. Clients that accept nothing but the original's exact bodies get
 * those from a deployment that is set to (`EDGEWISE_EXACT_RECOTEM`), and from nowhere else do these two styles differ but here.
 */
import type { ApiSettings } from "../env.ts";

/** The release of irspack whose classes and parameters we follow. */
const IRSPACK_VERSION = "0.4.0";

/** Fields of our own, by resource. */
const OWN_FIELDS = {
  training_data: ["status", "error", "report"],
  item_meta_data: ["status", "error"],
  user_meta_data: [],
  parameter_tuning_job: ["error", "final_metrics"],
  trained_model: ["status", "version", "progress", "error", "metrics"],
  retraining_schedule: ["deploy_tolerance", "keep_versions", "next_runs"],
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

/** Why a file was refused: we add how to mend it in further sentences, the original has one. */
export function refusalText({ exactRecotem }: Style, text: string): string {
  if (!exactRecotem) return text;
  return /^(.*? (?:as \.\w+ file|not found in the upload file|as datetime)\.)/.exec(text)?.[1] ?? text;
}
