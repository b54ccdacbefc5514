/**
 * How long lists and details take with a large database: 10,000 projects, 100,000 jobs, 1,000,000 lines of log. Measured for
 * an account with 100 projects, for one with 2,000, and for staff, who see all. Prints p50 and p95 in milliseconds: as the
 * Worker measures itself, and at the client behind the local proxy. `node test/bench/lists.ts [--calls 60]`; exits with 1 when
 * a p95 of the Worker is above its limit.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { removeState, startTestStack } from "../setup/stack.ts";
import { fillDatabase } from "./lists-data.ts";

const LIMIT_MS = 15;
const PASSWORD = "correct horse battery";
const { values } = parseArgs({ options: { calls: { type: "string", default: "60" } } });

const settings = { EDGEWISE_ADMIN_USERNAME: "staff", EDGEWISE_ADMIN_PASSWORD: PASSWORD };
const first = await startTestStack({ settings });
const people = ["small", "large"] as const;
const staffToken = await login(first.url, "staff");
for (const username of people) {
  await call(first.url, "POST", "/users/", staffToken, { username, password: PASSWORD });
}
await first.stop();
const database = databaseIn(first.stateDir);
const ids = fillDatabase(database, { small: idOf("small"), large: idOf("large"), staff: idOf("staff") });
database.close();

const stack = await startTestStack({ settings, stateDir: first.stateDir });
let isSlow = false;
try {
  for (const username of [...people, "staff"] as const) {
    const { project, job, model, log, schedule } = ids[username];
    const routes = [
      "/project/",
      `/project/${project}/`,
      `/project/?page=3`,
      `/project_summary/${project}/`,
      `/training_data/?project=${project}`,
      "/training_data/",
      "/model_configuration/",
      "/parameter_tuning_job/",
      "/parameter_tuning_job/?status=RUNNING",
      `/parameter_tuning_job/?data__project=${project}`,
      `/parameter_tuning_job/${job}/`,
      "/trained_model/",
      `/trained_model/${model}/`,
      "/task_log/",
      "/task_log/?page=4&page_size=100",
      `/task_log/?tuning_job_id=${job}&id_gt=1`,
      `/task_log/${log}/`,
      "/api_keys/",
      "/retraining_schedule/",
      `/retraining_schedule/${schedule}/`,
      "/retraining_run/",
      "/audit_log/",
      "/split_config/",
      "/deployment_slot/",
    ];
    console.log(`\n${username}`);
    const token = await login(stack.url, username);
    for (const route of routes) await measure(username, route, token);
  }
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
process.exitCode = isSlow ? 1 : 0;

async function measure(username: string, route: string, token: string): Promise<void> {
  await call(stack.url, "GET", route, token);
  const before = stack.printed().length;
  const outside: number[] = [];
  for (let at = 0; at < Number(values.calls); at++) {
    const startedAt = performance.now();
    await call(stack.url, "GET", route, token);
    outside.push(performance.now() - startedAt);
  }
  const lines = stack
    .printed()
    .slice(before)
    .matchAll(/"event":"request".*?"ms":(\d+)/g);
  const inside = [...lines].map(([, ms]) => Number(ms));
  const p95 = quantile(inside, 0.95);
  if (p95 > LIMIT_MS) isSlow = true;
  const figures = [quantile(inside, 0.5), p95, quantile(outside, 0.5), quantile(outside, 0.95)];
  const shown = figures.map((ms) => ms.toFixed(0).padStart(5)).join("");
  console.log(`${shown}  ${route}${p95 > LIMIT_MS ? "  ← slow" : ""}  (${username})`);
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

async function login(url: string, username: string): Promise<string> {
  const body = { username, password: PASSWORD };
  return ((await call(url, "POST", "/auth/login/", null, body)) as { access: string }).access;
}

async function call(url: string, method: string, path: string, token: string | null, body?: unknown) {
  const headers = {
    "content-type": "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as unknown;
}

/** The file of the local D1 database. */
function databaseIn(stateDir: string): DatabaseSync {
  const file = readdirSync(stateDir, { recursive: true, encoding: "utf8" }).find(
    (path) => path.includes("D1DatabaseObject") && path.endsWith(".sqlite") && !path.includes("metadata"),
  );
  if (file === undefined) throw new Error(`There is no database in ${stateDir}.`);
  return new DatabaseSync(join(stateDir, file));
}

function idOf(username: string): number {
  const row = database.prepare("select id from user where username = ?").get(username);
  return Number(row?.id);
}
