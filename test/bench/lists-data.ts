/** A large database, written by SQL: a busy deployment after some years. */
import type { DatabaseSync } from "node:sqlite";

const PROJECTS = 10_000;
const JOBS_PER_PROJECT = 10;
const LINES_PER_JOB = 10;
const PROJECTS_OF = { small: 100, large: 2_000 } as const;

type Person = "small" | "large" | "staff";
/** Rows of the tested account, from the middle of all rows. */
export type SomeRows = Record<"project" | "job" | "model" | "log" | "schedule", number>;

/** Numbers 1 … n as a table. */
const numbers = (n: number) =>
  `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${n})`;

/** Fills the tables in one transaction; some seconds. */
export function fillDatabase(
  database: DatabaseSync,
  people: Readonly<Record<Person, number>>,
): Record<Person, SomeRows> {
  const { small, large, staff } = people;
  const jobs = PROJECTS * JOBS_PER_PROJECT;
  // Projects of an owner are spread among those of others, as in a real database.
  const owner = `case when i % ${PROJECTS / PROJECTS_OF.small} = 0 then ${small} when i % ${PROJECTS / PROJECTS_OF.large} = 1 then ${large} else ${staff} end`;
  const projectOf = `(i - 1) / ${JOBS_PER_PROJECT} + 1`;
  database.exec(`
    pragma foreign_keys = off;
    begin;
    ${numbers(PROJECTS)} insert into project (id, owner_id, name, user_column, item_column, created_at, updated_at)
      select i, ${owner}, 'project ' || i, 'user', 'item', i, i from n;
    ${numbers(PROJECTS)} insert into training_data (id, project_id, file_key, basename, filesize, status, artifact_key, created_at, updated_at)
      select i, i, 'file ' || i, 'log.csv', 1000, 'READY', 'artifact ' || i, i, i from n;
    insert into split_config (id, created_by, scheme, heldout_ratio, test_user_ratio, random_seed, created_at, updated_at)
      select i, ${staff}, 'RG', 0.1, 1, 42, i, i from (${numbers(PROJECTS)} select i from n);
    insert into evaluation_config (id, created_by, cutoff, target_metric, created_at, updated_at) values (1, ${staff}, 20, 'ndcg', 1, 1);
    ${numbers(jobs)} insert into tuning_job (id, project_id, data_id, split_id, evaluation_id, status, parallel_trials, trial_count, memory_budget_mb, train_after_tuning, created_at, updated_at)
      select i, ${projectOf}, ${projectOf}, 1, 1, 'COMPLETED', 1, 40, 8000, 1, i, i from n;
    ${numbers(jobs)} insert into model_configuration (id, project_id, tuning_job_id, name, recommender_class_name, parameters, created_at, updated_at)
      select i, ${projectOf}, i, 'Tuning Result of job ' || i, 'IALSRecommender', '{}', i, i from n;
    ${numbers(jobs)} insert into trained_model (id, project_id, configuration_id, data_id, tuning_job_id, version, status, progress, artifact_key, filesize, created_at, updated_at)
      select i, ${projectOf}, i, ${projectOf}, i, i % ${JOBS_PER_PROJECT} + 1, 'READY', 1, 'model ' || i, 1000, i, i from n;
    ${numbers(jobs * LINES_PER_JOB)} insert into task_log (id, project_id, tuning_job_id, line_number, contents, created_at)
      select i, (i - 1) / ${JOBS_PER_PROJECT * LINES_PER_JOB} + 1, (i - 1) / ${LINES_PER_JOB} + 1, i % ${LINES_PER_JOB} + 1,
        'Trial ' || i || ': 0.1234 with IALS (n_components 64, alpha0 0.1)', i from n;
    ${numbers(PROJECTS)} insert into api_key (id, project_id, owner_id, name, key_prefix, key_hash, scopes, created_at, updated_at)
      select i, i, ${owner}, 'key', 'abcdefgh', 'hash ' || i, '["read"]', i, i from n;
    ${numbers(PROJECTS)} insert into retraining_schedule (id, project_id, is_enabled, cron_expression, retune, max_retries, notify_on_failure, auto_deploy, deploy_tolerance, keep_versions, created_at, updated_at)
      select i, i, 0, '0 2 * * 0', 0, 3, 1, 0, 0.02, 5, i, i from n;
    ${numbers(jobs)} insert into retraining_run (id, project_id, schedule_id, trigger, due_at, status, created_at, updated_at)
      select i, ${projectOf}, ${projectOf}, 'CRON', i, 'COMPLETED', i, i from n;
    ${numbers(jobs)} insert into audit_entry (id, project_id, user_id, username, action, target_id, request_id, created_at)
      select i, ${projectOf}, ${staff}, 'staff', 'POST /parameter_tuning_job', i, 'x', i from n;
    ${numbers(PROJECTS)} insert into deployment_slot (id, project_id, name, model_id, created_at, updated_at)
      select i, i, 'default', i * ${JOBS_PER_PROJECT}, i, i from n;
    commit;
  `);
  const rowsOf = (project: number): SomeRows => ({
    project,
    job: project * JOBS_PER_PROJECT,
    model: project * JOBS_PER_PROJECT,
    log: project * JOBS_PER_PROJECT * LINES_PER_JOB,
    schedule: project,
  });
  const half = PROJECTS / 2;
  return { small: rowsOf(half), large: rowsOf(half + 1), staff: rowsOf(half + 2) };
}
