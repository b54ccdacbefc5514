import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

/** The steps SQLite takes for a statement, as one text. */
async function planOf(statement: string): Promise<string> {
  const { results } = await env.DB.prepare(`explain query plan ${statement}`).all<{ detail: string }>();
  return results.map((row) => row.detail).join("\n");
}

const own = "select id from project where owner_id = 1 and deleted_at is null";

describe("indexes", () => {
  it.each([
    ["a person's projects", `select * from project where id in (${own}) order by id desc limit 20`],
    ["a project's data", "select * from training_data where project_id = 7 order by id desc limit 20"],
    ["a project's jobs", "select * from tuning_job where project_id = 7 order by id desc limit 20"],
    ["a project's models", "select * from trained_model where project_id = 7 order by version desc limit 20"],
    ["a job's log", "select * from task_log where tuning_job_id = 7 and id > 3 order by id desc limit 20"],
    ["a person's splits", "select * from split_config where created_by = 1 order by id desc limit 20"],
    ["a key by its hash", "select * from api_key where key_hash = 'x'"],
    ["a session", "select 1 from refresh_token where family = 'x'"],
    ["an account by its name", "select * from user where lower(username) = 'ann'"],
    ["jobs of some data", "select id from tuning_job where data_id = 7"],
    [
      "schedules that are due",
      "select id from retraining_schedule where is_enabled = 1 and next_run_at <= 7",
    ],
    ["open runs", "select id from retraining_run where status in ('PENDING', 'RUNNING')"],
    ["a schedule's runs", "select * from retraining_run where schedule_id = 7 order by id desc limit 20"],
    ["a project's runs", "select * from retraining_run where project_id = 7 order by id desc limit 20"],
    ["a project's changes", "select * from audit_entry where project_id = 7 order by id desc limit 20"],
    ["deletions that are not finished", "select id from deletion where status = 'RUNNING' order by id"],
    ["a person's deletions", "select * from deletion where owner_id = 7 order by id desc limit 20"],
    [
      "what is looked through for a person",
      "select * from deletion_item where deletion_id = 7 and state = 'OPEN'",
    ],
    ["deleted projects", "select id from project where deleted_at is not null"],
    [
      "calls of webhooks that are due",
      "select id from webhook_delivery where status = 'PENDING' and next_attempt_at <= 7",
    ],
    ["models of some data", "select artifact_key from trained_model where data_id = 7"],
    ...[
      "task_log",
      "tuning_job",
      "trained_model",
      "model_configuration",
      "retraining_run",
      "audit_entry",
    ].flatMap((table): [string, string][] => {
      const ids = `select id from ${table} where project_id in (${own}) order by id desc limit 20 offset 40`;
      return [
        [`a page of ${table}`, `select * from ${table} where id in (${ids}) order by id desc`],
        [`how many of ${table} a person sees`, `select count(*) from ${table} where project_id in (${own})`],
        [`how many there are of ${table}`, `select count(*) from ${table}`],
        [
          `what of ${table} is hidden`,
          `select count(*) from ${table} where project_id in (select id from project where deleted_at is not null)`,
        ],
      ];
    }),
  ])("find %s without reading every row", async (_what, statement) => {
    const plan = await planOf(statement);
    expect(plan).toMatch(/USING (COVERING )?INDEX|USING INTEGER PRIMARY KEY/);
    expect(plan).not.toMatch(/^SCAN (?!.*USING)/m);
  });
});
