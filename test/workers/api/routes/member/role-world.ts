/** One project with a row of each kind, its owner, a member of each role, and a stranger. */
import { env } from "cloudflare:workers";
import * as z from "zod";
import { type InvitationCreatedResponse, invitationCreatedResponse } from "#contract/member.ts";
import type { ProjectRole } from "#contract/project-role.ts";
import { createProject, join, type Person, readAs, type TestApi, testApi } from "../../../runtime/api.ts";
import { readyData } from "../../../runtime/study.ts";

export interface RoleWorld {
  readonly api: TestApi;
  readonly staff: Person;
  readonly owner: Person;
  readonly editor: Person;
  readonly viewer: Person;
  readonly stranger: Person;
  readonly project: number;
}

export async function invite(owner: Person, project: number, role: ProjectRole) {
  const made = await owner.call("POST", `/project/${project}/invitations/`, { role });
  return readAs(invitationCreatedResponse, made, 201);
}

export const accept = (person: Person, { token }: Pick<InvitationCreatedResponse, "token">) =>
  person.call("POST", "/invitation/accept/", { token });

/** A new account that joins a project by a link. */
export async function joined(world: Pick<RoleWorld, "api" | "owner" | "project">, role: ProjectRole) {
  const person = await join(world.api);
  const { status } = await accept(person, await invite(world.owner, world.project, role));
  if (status !== 200) throw new Error(`the invitation was refused: ${status}`);
  return person;
}

export async function roleWorld(api = testApi()): Promise<RoleWorld> {
  const staff = await join(api);
  const { pk } = staff.session.user;
  await env.DB.prepare("update user set is_staff = 1, is_superuser = 1 where id = ?").bind(pk).run();
  const owner = await join(api);
  const { id: project } = await createProject(owner);
  const base = { api, staff, owner, project };
  const editor = await joined(base, "editor");
  const viewer = await joined(base, "viewer");
  return { ...base, editor, viewer, stranger: await join(api) };
}

const column = z.object({
  name: z.string(),
  type: z.string(),
  notnull: z.number(),
  dflt_value: z.unknown(),
  pk: z.number(),
});

/** Inserts a row by its table's name. Columns that need a value and get none are 1 or "x". Returns its id. */
async function insertRow(table: string, given: Readonly<Record<string, unknown>>): Promise<number> {
  const info = await env.DB.prepare(`select * from pragma_table_info('${table}')`).all();
  const values: Record<string, unknown> = { ...given };
  for (const { name, type, notnull, dflt_value, pk } of z.array(column).parse(info.results)) {
    if (name in values || notnull === 0 || dflt_value !== null || pk === 1) continue;
    values[name] = type.toLowerCase() === "text" ? "x" : 1;
  }
  const names = Object.keys(values);
  const marks = names.map(() => "?").join(", ");
  const inserted = await env.DB.prepare(
    `insert into ${table} (${names.join(", ")}) values (${marks}) returning id`,
  )
    .bind(...Object.values(values))
    .first<{ id: number }>();
  if (inserted === null) throw new Error(`no row of ${table}`);
  return inserted.id;
}

/** By the first part of a path: the id of a row of the project. */
export type Rows = Readonly<Record<string, number>>;

export async function rowsOf({ project, owner }: RoleWorld): Promise<Rows> {
  const data = await readyData(project);
  const account = owner.session.user.pk;
  const of = { project_id: project };
  const split = await insertRow("split_config", { created_by: account });
  const evaluation = await insertRow("evaluation_config", { created_by: account });
  const configuration = await insertRow("model_configuration", { ...of, tuning_job_id: null });
  const model = await insertRow("trained_model", {
    ...{ ...of, configuration_id: configuration, data_id: data, status: "READY", artifact_key: "x" },
  });
  const slot = await insertRow("deployment_slot", { ...of, model_id: model, name: "main" });
  const endpoint = await insertRow("webhook_endpoint", { ...of, account_id: account });
  return {
    project,
    training_data: data,
    split_config: split,
    evaluation_config: evaluation,
    model_configuration: configuration,
    trained_model: model,
    deployment_slot: slot,
    webhook_endpoint: endpoint,
    item_meta_data: await insertRow("item_meta_data", { ...of, filesize: 3 }),
    user_meta_data: await insertRow("user_meta_data", { ...of, filesize: 3 }),
    uploads: await insertRow("upload", { ...of, size: 1, kind: "training_data" }),
    parameter_tuning_job: await insertRow("tuning_job", {
      ...{ ...of, data_id: data, split_id: split, evaluation_id: evaluation, status: "RUNNING" },
    }),
    api_keys: await insertRow("api_key", { ...of, owner_id: account, scopes: '["read"]' }),
    conversion_event: await insertRow("conversion_event", { ...of, slot_id: slot }),
    ab_test: await insertRow("ab_test", { ...of, control_slot_id: slot, variant_slot_id: slot }),
    experiment: await insertRow("experiment", {
      ...{ ...of, variants: "[]", conversion_types: "[]", guardrails: "{}", periods: "[]" },
    }),
    saved_rule: await insertRow("saved_rule", of),
    postgres_source: await insertRow("postgres_source", of),
    retraining_schedule: await insertRow("retraining_schedule", of),
    webhook_call: await insertRow("webhook_call", { ...of, endpoint_id: endpoint }),
  };
}

/** All rows of the project, in all tables that have such, as text. */
export async function contentsOf(project: number): Promise<string> {
  // D1's own tables begin with "_cf".
  const tables = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and sql like '%`project_id`%' and name not like '\\_cf%' escape '\\'",
  ).all<{ name: string }>();
  const own = await env.DB.prepare("select * from project where id = ?").bind(project).all();
  const found: Record<string, unknown> = { project: own.results };
  for (const { name } of tables.results) {
    const { results } = await env.DB.prepare(`select * from ${name} where project_id = ? order by 1`)
      .bind(project)
      .all();
    found[name] = results;
  }
  return JSON.stringify(found, null, 1);
}
