/**
 * Runs the commands of docs/guides/from-recotem.md that move projects: `node test/e2e/recotem/move.ts`. One account of a stack stands for the
 * running Recotem, another one gets its projects. Needs bash, jq and curl. Ends with 1 if the lists of slots, or what was moved, differ.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ApiClient, signUp } from "#cli/demo/api-client.ts";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { createWorld } from "../api-world.ts";
import { tasteCsv } from "../study-world.ts";

const GUIDE = join(import.meta.dirname, "../../../docs/guides/from-recotem.md");
/** Indented below their steps. */
const [saving = "", making = ""] = [
  ...readFileSync(GUIDE, "utf8").matchAll(/ {3}```bash\n(.*?) {3}```/gs),
].map(([, block]) => block ?? "");
const PASSWORD = "basil-Lantern-63";
const USERS = ["u1", "u7", "u30", "nobody"];

interface Page {
  readonly count: number;
  readonly results: readonly { readonly id: number; readonly name?: string; readonly project?: number }[];
}

/** What an account has, without numbers and times. */
async function contentOf(client: ApiClient, url: string): Promise<unknown> {
  const [project] = (await client.get<Page>("project/")).results;
  const id = project?.id ?? 0;
  const { key } = await client.post<{ key: string }>("api_keys/", {
    project: id,
    name: "lists",
    scopes: ["predict"],
  });
  const { results: slots } = await client.get<Page>("deployment_slot/");
  const lists = [];
  for (const slot of slots.map(({ name }) => name).sort()) {
    for (const user_id of USERS) {
      const answer = await fetch(`${url}/v1/recommend`, {
        method: "POST",
        headers: { "X-API-Key": key, "Content-Type": "application/json" },
        body: JSON.stringify({ user_id, slot, limit: 10, include_metadata: true }),
      });
      const { items } = (await answer.json()) as { items: readonly { item_id: string; metadata: unknown }[] };
      lists.push({ slot, user_id, items: items.map(({ item_id, metadata }) => [item_id, metadata]) });
    }
  }
  const names = [
    "split_config",
    "evaluation_config",
    "model_configuration",
    "training_data",
    "item_meta_data",
  ];
  const counts = await Promise.all(names.map(async (name) => (await client.get<Page>(`${name}/`)).count));
  const [schedule] = (await client.get<{ results: Record<string, unknown>[] }>("retraining_schedule/"))
    .results;
  const { cron_expression, retune, max_retries } = schedule ?? {};
  return { name: project?.name, counts, schedule: { cron_expression, retune, max_retries }, lists };
}

const folder = mkdtempSync(join(tmpdir(), "edgewise-move-"));
const stack = await startTestStack({ settings: {} });
try {
  // The first account sees the projects of all.
  await signUp(stack.url, "first", PASSWORD);
  const world = await createWorld(stack.url);
  const { client, project } = world;
  const data = await world.upload(tasteCsv(60, 40, 8), 'plays "1".csv');
  const items = ["item,title", ...Array.from({ length: 40 }, (_, at) => `i${at},Title ${at}`)].join("\n");
  const form = new FormData();
  form.append("project", String(project.id));
  form.append("file", new File([`${items}\n`], "items.csv"));
  const headers = await world.session();
  const sent = await fetch(`${stack.url}/api/v1/item_meta_data/`, { method: "POST", headers, body: form });
  if (!sent.ok) throw new Error(await sent.text());
  await client.post("split_config/", { name: "by time", scheme: "TU", heldout_ratio: 0.2 });
  await client.post("evaluation_config/", { name: "ten", cutoff: 10 });
  for (const [name, weight] of [
    ["TopPopRecommender", 25],
    ["CosineKNNRecommender", 75],
  ] as const) {
    const body = { project: project.id, name, recommender_class_name: name, parameters_json: {} };
    const configuration = await client.post<{ id: number }>("model_configuration/", body);
    const training = { configuration: configuration.id, data_loc: data.id, deploy: "never" };
    const model = await client.post<{ id: number }>("trained_model/", training);
    await world.modelEnd(model.id);
    await client.post("deployment_slot/", { project: project.id, name, trained_model: model.id, weight });
  }
  const schedule = {
    project: project.id,
    cron_expression: "5 4 * * 1",
    training_data: data.id,
    max_retries: 2,
  };
  await client.post("retraining_schedule/", schedule);
  const to = await signUp(stack.url, "newcomer", PASSWORD);
  const token = (headers.Authorization ?? "").replace("Bearer ", "");
  const settings = { URL: stack.url, NAME: "newcomer", PASSWORD, OLD: stack.url, OLD_TOKEN: token };
  // Not sync: connections of this process would be closed without its noticing.
  const run = async (script: string) => {
    const options = { cwd: folder, env: { ...process.env, ...settings } };
    return (await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], options)).stdout;
  };
  // Pages of one row, so that there are several.
  await run(saving.replaceAll("page_size=100", "page_size=1"));
  process.stdout.write(await run(making));
  const [before, after] = [await contentOf(client, stack.url), await contentOf(to, stack.url)].map(
    (content) => JSON.stringify(content),
  );
  process.stdout.write(before === after ? "equal\n" : `different:\n${before}\n${after}\n`);
  process.exitCode = before === after ? 0 : 1;
} finally {
  await stack.stop();
  removeState(stack.stateDir);
  rmSync(folder, { recursive: true, force: true });
}
