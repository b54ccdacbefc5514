/** Rows for the fuzzer to call: one of most resources, made over HTTP like any client. */
import { setTimeout as sleep } from "node:timers/promises";

const PASSWORD = "correct horse battery";
const WAIT_MS = 200;
const DEADLINE_MS = 60_000;

export interface FuzzWorld {
  /** A fresh token for the operations of a tag. */
  token(tag: string): Promise<string>;
}

type Row = Record<string, unknown> & { readonly id: number };

export async function makeFuzzWorld(url: string): Promise<FuzzWorld> {
  const call = caller(url);
  const admin = await login(call, "admin");
  const project = await call<Row>("POST", "/project/", admin, {
    name: "Fuzzed",
    user_column: "user",
    item_column: "item",
    time_column: null,
  });
  const data = await upload(url, admin, "training_data", project.id, interactions());
  await upload(url, admin, "item_meta_data", project.id, "item,title\ni1,One\ni2,Two\n");
  const configuration = await call<Row>("POST", "/model_configuration/", admin, {
    project: project.id,
    recommender_class_name: "TopPopRecommender",
  });
  const split = await call<Row>("POST", "/split_config/", admin, {});
  const evaluation = await call<Row>("POST", "/evaluation_config/", admin, { cutoff: 5 });
  const model = await call<Row>("POST", "/trained_model/", admin, {
    configuration: configuration.id,
    data_loc: data.id,
  });
  const job = await call<Row>("POST", "/parameter_tuning_job/", admin, {
    data: data.id,
    split: split.id,
    evaluation: evaluation.id,
    n_trials: 2,
    tried_algorithms_json: ["TopPop"],
  });
  await call("POST", "/api_keys/", admin, { project: project.id, name: "key", scopes: ["read"] });
  await call("POST", "/retraining_schedule/", admin, { project: project.id });
  await untilIs("READY", () => call<Row>("GET", `/trained_model/${model.id}/`, admin));
  await untilIs("COMPLETED", () => call<Row>("GET", `/parameter_tuning_job/${job.id}/`, admin));
  return {
    async token(tag) {
      if (tag !== "auth" && tag !== "users") return login(call, "admin");
      const username = `fuzzed-${tag}`;
      const staff = { username, password: PASSWORD, is_staff: tag === "users" };
      await call("POST", "/users/", await login(call, "admin"), staff);
      return login(call, username);
    },
  };
}

type Call = <T>(method: string, path: string, token: string | null, body?: unknown) => Promise<T>;

function caller(url: string): Call {
  return async (method, path, token, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
}

async function login(call: Call, username: string): Promise<string> {
  const { access } = await call<{ access: string }>("POST", "/auth/login/", null, {
    username,
    password: PASSWORD,
  });
  return access;
}

async function upload(url: string, token: string, kind: string, project: number, text: string): Promise<Row> {
  const form = new FormData();
  form.append("project", String(project));
  form.append("file", new File([text], "file.csv"));
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/${kind}/`, { method: "POST", headers, body: form });
  if (!response.ok) throw new Error(`upload of ${kind}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Row;
}

/** Thirty users with all items but one each: enough for a split to hold out something of each user. */
function interactions(): string {
  const rows = Array.from({ length: 30 }, (_, user) =>
    Array.from({ length: 24 }, (_, item) => (item === user % 24 ? "" : `u${user},i${item}\n`)).join(""),
  );
  return `user,item\n${rows.join("")}`;
}

/** Waits until a row has ended; throws when its status is not `status`. */
async function untilIs(status: string, read: () => Promise<Row>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const row = await read();
    if (row.status === status) return;
    const isOver = row.status === "FAILED" || Date.now() > deadline;
    if (isOver) throw new Error(`The row to fuzz is not ready: ${JSON.stringify(row)}`);
    await sleep(WAIT_MS);
  }
}
