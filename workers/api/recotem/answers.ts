/** Answers with the fields and texts that Recotem gives, and no others. */
import { EVENT_SETTING_FIELDS } from "#contract/event-settings.ts";
import { AppError } from "#services/app-error.ts";
import type { Dialect, ShownResource } from "../dialect/dialect.ts";

/** The release of irspack whose classes and parameters we follow. */
const IRSPACK_VERSION = "0.4.0";

/** Fields that Recotem does not have. */
const OWN_FIELDS: Readonly<Record<ShownResource, readonly string[]>> = {
  project: [
    ...["allowed_origins", "header", "separator", "missing_words", "session_column", "session_gap_minutes"],
    ...["weight_column", "event_type_column", ...EVENT_SETTING_FIELDS],
    ...["slot_salt", "slot_draw", "impressions", "impression_rate"],
    ...["replay_rate", "exploration_rate", "cold_start"],
  ],
  api_keys: ["is_browser", "allowed_origins", "requests_per_second", "requests_per_minute"],
  training_data: ["status", "error", "report"],
  item_meta_data: ["status", "error", "report"],
  user_meta_data: [],
  split_config: ["keeps_seen"],
  parameter_tuning_job: ["error", "final_metrics", "test_part", "deploy", "left_out"],
  trained_model: [
    "status",
    "version",
    "progress",
    "error",
    "metrics",
    "test_part",
    "deploy",
    "deployment",
    "work",
  ],
  deployment_slot: ["previous_model", "is_shadow", "shadow_rate"],
  retraining_schedule: [
    "uses_events",
    "every_events",
    "webhook_url",
    "deploy_tolerance",
    "keep_versions",
    "next_runs",
  ],
  retraining_run: ["trigger", "attempts", "deployment"],
  retraining_trigger: ["run"],
};

export const hiddenFields: Dialect["hiddenFields"] = (resource) =>
  Object.entries(OWN_FIELDS).find(([name]) => name === resource)?.[1] ?? [];

/** Leaves out the fields that Recotem does not have. */
export const shown: Dialect["shown"] = (resource, toResponse) => {
  const own = OWN_FIELDS[resource];
  return (row) => {
    const entries = Object.entries(toResponse(row)).filter(([name]) => !own.includes(name));
    const answer: Record<string, unknown> = Object.fromEntries(entries);
    // Recotem declares this field and never sets it.
    if ("next_run_at" in answer) answer.next_run_at = null;
    if (answer.irspack_version) answer.irspack_version = IRSPACK_VERSION;
    return answer;
  };
};

/** An unknown parameter in Python's words. */
export function failureText(text: string): string {
  return text.replace(
    /\b(\w+): (\w+) has no parameter "\1"\.$/,
    "$2Recommender.__init__() got an unexpected keyword argument '$1'",
  );
}

/** A model without a usable file: our conflict is Recotem's internal error, with the same text. */
export function unusable(error: unknown): unknown {
  const isConflict = error instanceof AppError && error.code === "conflict";
  return isConflict ? new AppError("internal", error.message) : error;
}
