import { describe, expect, it } from "vitest";
import { hiddenFields } from "#api/recotem/answers.ts";
import description from "../../../../docs/openapi.json" with { type: "json" };

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}
const schemas = description.components.schemas as Readonly<Record<string, Schema>>;

/** Of Recotem 65214de, by its own description of its API. */
const RECOTEM = {
  project: "id ins_datetime item_column name owner time_column updated_at user_column",
  api_keys: "expires_at id ins_datetime is_active key_prefix last_used_at name project scopes",
  training_data: "basename file filesize id ins_datetime project",
  item_meta_data: "basename file filesize id ins_datetime project valid_columns_list_json",
  split_config:
    "created_by heldout_ratio id ins_datetime n_heldout n_test_users name random_seed scheme test_user_ratio updated_at",
  parameter_tuning_job:
    "best_config best_score data evaluation id ins_datetime irspack_version memory_budget n_tasks_parallel n_trials random_seed " +
    "split status task_links timeout_overall timeout_singlestep train_after_tuning tried_algorithms_json tuned_model",
  trained_model: "basename configuration data_loc file filesize id ins_datetime irspack_version task_links",
  deployment_slot: "id ins_datetime is_active name project trained_model updated_at weight",
  retraining_schedule:
    "auto_deploy cron_expression evaluation_config id ins_datetime is_enabled last_run_at last_run_status max_retries " +
    "model_configuration next_run_at notify_on_failure project retune split_config training_data updated_at",
  retraining_run:
    "completed_at data_rows_at_trigger error_message id ins_datetime schedule status trained_model tuning_job",
} as const;

describe("exact answers", () => {
  it.each(Object.entries(RECOTEM))("of %s have the fields of Recotem, and no others", (resource, fields) => {
    const { get } = description.paths[`/api/v1/${resource as keyof typeof RECOTEM}/{id}/`];
    const schema: Schema = get.responses["200"].content["application/json"].schema;
    const named = schemas[schema.$ref?.split("/").at(-1) ?? ""];
    const properties = (named ?? schema).properties ?? {};
    const hidden = hiddenFields(resource as keyof typeof RECOTEM);
    const shown = Object.keys(properties).filter((field) => !hidden.includes(field));
    expect(shown.sort().join(" ")).toBe(fields);
  });
});
