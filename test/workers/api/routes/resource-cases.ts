/** Expectations for each listed resource of the management API; `walk.worker.test.ts` checks them. */
import { expect } from "vitest";
import type { z } from "zod";
import { apiKeyResponse } from "#contract/api-key.ts";
import { modelConfigurationResponse, trainedModelResponse } from "#contract/model.ts";
import { projectResponse } from "#contract/project.ts";
import { retrainingScheduleResponse } from "#contract/retraining.ts";
import { savedRuleResponse } from "#contract/saved-rule.ts";
import { evaluationConfigResponse, splitConfigResponse } from "#contract/study-config.ts";
import { tuningJobResponse } from "#contract/tuning-job.ts";
import { uniqueName } from "../../runtime/api.ts";
import type { WalkWorld } from "./walk-world.ts";

type Body = Record<string, unknown>;
type Errors = Record<string, string[]>;

export interface ResourceCase {
  readonly path: string;
  /** The name in the message for a row that is not found. */
  readonly model: string;
  /** The path of a row's details. */
  readonly schema: z.ZodType;
  /** The smallest body that makes a row. */
  readonly body: (world: WalkWorld) => Body;
  /** Further fields of such a row in the answer. */
  readonly defaults: Body;
  /** Errors of an empty body; null where an empty body is enough. */
  readonly required: Errors | null;
  /** Other bodies, and their errors. */
  readonly refused: readonly (readonly [Body, Errors])[];
  /** A change, and its answer. */
  readonly change: readonly [Body, Body];
  /** Queries other than its id that find the row; `ID` of a project stands for the test's project. */
  readonly filters: (world: WalkWorld) => readonly string[];
  /** Queries with an unknown or invalid value, and the refusal. */
  readonly badFilters: readonly (readonly [string, Errors])[];
}

const REQUIRED = ["This field is required."];
const NOT_NULL = ["This field may not be null."];
const INTEGER = ["A valid integer is required."];
const NO_CHOICE = ["Select a valid choice. That choice is not one of the available choices."];
const badId: readonly [string, Errors] = ["id=abc", { id: ["Enter a number."] }];

export const RESOURCES: readonly ResourceCase[] = [
  {
    path: "project",
    model: "Project",
    schema: projectResponse,
    body: () => ({ name: uniqueName("walk"), user_column: "u", item_column: "i" }),
    defaults: { time_column: null },
    required: { name: REQUIRED, user_column: REQUIRED, item_column: REQUIRED },
    refused: [
      [{ name: "" }, { name: ["This field may not be blank."] }],
      [{ name: ["x"] }, { name: ["Not a valid string."] }],
      [{ user_column: null }, { user_column: NOT_NULL }],
      [{ name: "n".repeat(257) }, { name: ["Ensure this field has no more than 256 characters."] }],
      [{ name: "a\u0000b" }, { name: ["Null characters are not allowed."] }],
    ],
    change: [{ time_column: "at" }, { time_column: "at", user_column: "u" }],
    filters: () => [],
    badFilters: [badId],
  },
  {
    path: "split_config",
    model: "SplitConfig",
    schema: splitConfigResponse,
    body: () => ({}),
    defaults: {
      name: null,
      scheme: "RG",
      heldout_ratio: 0.1,
      n_heldout: null,
      test_user_ratio: 1,
      n_test_users: null,
      random_seed: 42,
    },
    required: null,
    refused: [
      [{ scheme: "XX" }, { scheme: ['"XX" is not a valid choice.'] }],
      [{ heldout_ratio: 1.1 }, { heldout_ratio: ["Ensure this value is less than or equal to 1.0."] }],
      [{ test_user_ratio: -1 }, { test_user_ratio: ["Ensure this value is greater than or equal to 0.0."] }],
      [{ heldout_ratio: "a" }, { heldout_ratio: ["A valid number is required."] }],
      [{ n_heldout: 1.5 }, { n_heldout: INTEGER }],
      [{ test_user_ratio: null }, { test_user_ratio: NOT_NULL }],
    ],
    change: [{ heldout_ratio: 0.4 }, { heldout_ratio: 0.4, random_seed: 42 }],
    filters: () => ["unnamed=true", "unnamed=maybe"],
    badFilters: [badId],
  },
  {
    path: "evaluation_config",
    model: "EvaluationConfig",
    schema: evaluationConfigResponse,
    body: () => ({}),
    defaults: { name: null, cutoff: 20, target_metric: "ndcg" },
    required: null,
    refused: [
      [{ target_metric: "precision" }, { target_metric: ['"precision" is not a valid choice.'] }],
      [{ cutoff: "ten" }, { cutoff: INTEGER }],
      [{ cutoff: null }, { cutoff: NOT_NULL }],
    ],
    change: [{ cutoff: 5 }, { cutoff: 5, target_metric: "ndcg" }],
    filters: () => ["unnamed=true"],
    badFilters: [badId],
  },
  {
    path: "model_configuration",
    model: "ModelConfiguration",
    schema: modelConfigurationResponse,
    body: ({ project }) => ({ project, recommender_class_name: "TopPopRecommender" }),
    defaults: { name: null, parameters_json: {}, tuning_job: null },
    required: { project: REQUIRED, recommender_class_name: REQUIRED },
    refused: [
      [
        { recommender_class_name: "os.system" },
        { recommender_class_name: ["recommender_class_name must be a valid Python identifier."] },
      ],
      [
        { recommender_class_name: "NoSuchRecommender" },
        { recommender_class_name: ["'NoSuchRecommender' is not a valid irspack recommender class."] },
      ],
      [{ parameters_json: [1] }, { parameters_json: ["Must be a JSON object (dict)."] }],
      [{ parameters_json: null }, { parameters_json: NOT_NULL }],
      [{ project: 999_999 }, { project: ["Project not found."] }],
    ],
    change: [
      { recommender_class_name: "CosineKNNRecommender", parameters_json: { top_k: 5 } },
      { recommender_class_name: "CosineKNNRecommender", parameters_json: { top_k: 5 } },
    ],
    filters: ({ project }) => [`project=${project}`],
    badFilters: [badId, ["project=abc", { project: NO_CHOICE }]],
  },
  {
    path: "parameter_tuning_job",
    model: "ParameterTuningJob",
    schema: tuningJobResponse,
    body: ({ data, split, evaluation }) => ({ data, split, evaluation }),
    defaults: {
      status: "PENDING",
      n_tasks_parallel: 1,
      n_trials: 40,
      memory_budget: 8000,
      timeout_overall: null,
      timeout_singlestep: null,
      random_seed: null,
      tried_algorithms_json: null,
      train_after_tuning: true,
      best_score: null,
      tuned_model: null,
      best_config: null,
      task_links: [],
    },
    required: { data: REQUIRED, split: REQUIRED, evaluation: REQUIRED },
    refused: [
      [{ n_trials: "many" }, { n_trials: INTEGER }],
      [{ n_trials: 0 }, { n_trials: ["Ensure this value is greater than or equal to 1."] }],
      [{ n_tasks_parallel: -1 }, { n_tasks_parallel: ["Ensure this value is greater than or equal to 1."] }],
      [{ train_after_tuning: "perhaps" }, { train_after_tuning: ["Must be a valid boolean."] }],
      [{ tried_algorithms_json: "IALS" }, { tried_algorithms_json: ["Must be a JSON array of strings."] }],
      [{ tried_algorithms_json: [1] }, { tried_algorithms_json: ["Must be a JSON array of strings."] }],
    ],
    // Already running, so its settings are fixed: see the study suite.
    change: [{}, {}],
    filters: ({ project, data }) => [
      `project=${project}`,
      `data__project=${project}`,
      `data=${data}`,
      "status=PENDING",
    ],
    badFilters: [
      badId,
      ["status=DONE", { status: ["Select a valid choice. DONE is not one of the available choices."] }],
      ["data=x", { data: NO_CHOICE }],
    ],
  },
  {
    path: "trained_model",
    model: "TrainedModel",
    schema: trainedModelResponse,
    body: ({ configuration, data }) => ({ configuration, data_loc: data }),
    defaults: { file: null, filesize: null, irspack_version: null, status: "PENDING" },
    required: { configuration: REQUIRED, data_loc: REQUIRED },
    refused: [
      [{ configuration: "abc" }, { configuration: ["Incorrect type. Expected pk value, received str."] }],
      [{ data_loc: null }, { data_loc: NOT_NULL }],
    ],
    change: [{}, {}],
    filters: ({ project, data }) => [
      `project=${project}`,
      `data_loc__project=${project}`,
      `data_loc=${data}`,
    ],
    badFilters: [badId, ["data_loc=x", { data_loc: NO_CHOICE }]],
  },
  {
    path: "api_keys",
    model: "ApiKey",
    schema: apiKeyResponse,
    body: ({ project }) => ({ project, name: uniqueName("key"), scopes: ["read"] }),
    defaults: { expires_at: null },
    required: { project: REQUIRED, name: REQUIRED },
    refused: [
      [{ scopes: undefined }, { scopes: ["At least one scope is required."] }],
      [{ scopes: [] }, { scopes: ["At least one scope is required."] }],
      [{ expires_at: "tomorrow" }, { expires_at: [expect.stringMatching(/^Datetime has wrong format\./)] }],
    ],
    change: [{ name: "renamed" }, { name: "renamed", is_active: true }],
    filters: ({ project }) => [`project=${project}`],
    badFilters: [["project=abc", { project: NO_CHOICE }]],
  },
  {
    path: "retraining_schedule",
    model: "RetrainingSchedule",
    schema: retrainingScheduleResponse,
    body: ({ project }) => ({ project }),
    defaults: {
      is_enabled: false,
      cron_expression: "0 2 * * 0",
      training_data: null,
      model_configuration: null,
      retune: false,
      max_retries: 3,
      notify_on_failure: true,
      auto_deploy: false,
      last_run_at: null,
      last_run_status: null,
      next_run_at: null,
    },
    required: { project: REQUIRED },
    refused: [
      [{ cron_expression: "never" }, { cron_expression: ["Cron expression must have exactly 5 fields."] }],
      [{ max_retries: "x" }, { max_retries: INTEGER }],
      [{ is_enabled: "maybe" }, { is_enabled: ["Must be a valid boolean."] }],
    ],
    change: [{ cron_expression: "30 3 * * *" }, { cron_expression: "30 3 * * *", is_enabled: false }],
    filters: ({ project }) => [`project=${project}`],
    badFilters: [["project=abc", { project: NO_CHOICE }]],
  },
  {
    path: "saved_rule",
    model: "SavedRule",
    schema: savedRuleResponse,
    body: ({ project }) => ({ project, name: uniqueName("rule"), rule: "item.price < 20" }),
    defaults: { kind: "filter", priority: 0, starts_at: null, ends_at: null, is_enabled: true },
    required: { project: REQUIRED, name: REQUIRED, rule: REQUIRED },
    refused: [
      [
        { rule: "item.prise < 20" },
        { rule: ['Line 1, column 6: Items have no property "prise". Did you mean item.price?'] },
      ],
      [{ rule: "" }, { rule: ["This field may not be blank."] }],
      [{ priority: "x" }, { priority: INTEGER }],
      [{ starts_at: "soon" }, { starts_at: [expect.stringMatching(/^Datetime has wrong format\./)] }],
      [
        { starts_at: "2026-03-01T00:00:00Z", ends_at: "2026-03-01T00:00:00Z" },
        { ends_at: ["The rule must end after it starts."] },
      ],
    ],
    change: [{ rule: "item.price < 30" }, { rule: "item.price < 30", kind: "filter" }],
    filters: ({ project }) => [`project=${project}`, `project=${project}&is_enabled=true`],
    badFilters: [["project=abc", { project: NO_CHOICE }]],
  },
];

/** Lists with rows that the platform writes: callers make, change and delete nothing in them. */
export const READ_ONLY: readonly { readonly path: string; readonly model: string }[] = [
  { path: "task_log", model: "TaskLog" },
  { path: "retraining_run", model: "RetrainingRun" },
  { path: "audit_log", model: "AuditEntry" },
  { path: "webhook_delivery", model: "WebhookDelivery" },
  { path: "deletion", model: "Deletion" },
];
