/** Who takes part in the mixed load: callers, and those who change models, keys and events meanwhile. */
import { setTimeout as pause } from "node:timers/promises";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { DeploymentSlotResponse } from "#contract/deployment-slot.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { World } from "../../e2e/api-world.ts";
import type { Tally } from "./tally.ts";

/** Bounds on this machine, milliseconds: what the guides promise, with the time that a busy machine needs to answer. */
const MODEL_BOUND_MS = 2_000;
const KEY_BOUND_MS = 20_000;
const ITEM_BOUND_MS = 1_000;
const SLACK_MS = 500;

export interface Run {
  readonly url: string;
  readonly world: World;
  /** Of predict and events. */
  readonly key: string;
  readonly tally: Tally;
  readonly users: number;
  readonly items: number;
  /** Milliseconds since the start. */
  readonly now: () => number;
  readonly endsAt: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly begunAt: number;
}

export async function call(
  { url, tally, now }: Run,
  path: string,
  { key, body, method = "POST" }: { readonly key: string; readonly body?: unknown; readonly method?: string },
): Promise<Answer> {
  const begunAt = now();
  const route = path.replace(/\?.*/, "").replace(/\/(i?)\d+(?=\/|$)/, "/$1N");
  const headers = { "X-API-Key": key, "Content-Type": "application/json" };
  const init = body === undefined ? { headers } : { method, headers, body: JSON.stringify(body) };
  const [status, text] = await fetch(`${url}${path}`, init).then(
    async (response) => [response.status, await response.text()] as const,
    (error: unknown) => [0, String(error)] as const,
  );
  tally.add({ route, status, begunAt, ms: now() - begunAt }, text);
  return { status, text, begunAt };
}

/** Asks again as soon as it is answered, by all routes in turn. */
export async function caller(run: Run, seed: number): Promise<void> {
  const { key, users, items } = run;
  for (let n = seed; run.now() < run.endsAt; n++) {
    const noise = Math.imul(n + 1, 0x9e3779b1) >>> 0;
    const user_id = `u${noise % users}`;
    const item_id = `i${(noise >>> 8) % items}`;
    const kind = n % 10;
    if (kind === 0) await call(run, "/v1/similar", { key, body: { item_ids: [item_id], limit: 10 } });
    else if (kind === 1) await call(run, "/v1/popular?limit=10", { key });
    else if (kind === 2) {
      const requests = [{ user_id }, { item_ids: [item_id] }, {}, { session: [{ item_id }] }];
      await call(run, "/v1/batch", { key, body: { requests } });
    } else if (kind === 3) {
      const path = `/inference/predict/project/${run.world.project.id}`;
      await call(run, path, { key, body: { user_id, cutoff: 10 } });
    } else if (kind === 4) {
      const events = Array.from({ length: 20 }, (_, at) => ({
        type: "view",
        user_id: `u${(noise + at) % users}`,
        item_id: `i${((noise >>> 8) + at) % items}`,
        event_id: `${seed}-${n}-${at}`,
      }));
      await call(run, "/v1/events", { key, body: events });
    } else await call(run, "/v1/recommend", { key, body: { user_id, limit: 20, reasons: 1 } });
  }
}

/** Deploys one version after another and rolls back in between; answers that began later than the bound must have the new one. */
export async function swapper(run: Run, models: readonly number[], changes: number[]): Promise<void> {
  const { world, tally, now, key } = run;
  const slots = await world.client.get<{ results: DeploymentSlotResponse[] }>(
    `deployment_slot/?project=${world.project.id}`,
  );
  const slot = slots.results.find(({ name }) => name === "default");
  for (let [n, deploys] = [0, 0]; now() < run.endsAt; n++) {
    const target = models[deploys % models.length];
    const isBack = n % 3 === 2 && slot;
    const changed = isBack
      ? await world.client.post<DeploymentSlotResponse>(`deployment_slot/${slot.id}/roll_back/`, {})
      : await world.client.post<DeploymentSlotResponse>(`trained_model/${target}/deploy/`, {});
    if (!isBack) deploys++;
    const changedAt = now();
    changes.push(changedAt);
    let seenAt: number | null = null;
    while (now() < Math.min(changedAt + 2 * MODEL_BOUND_MS, run.endsAt)) {
      const answer = await call(run, "/v1/recommend", { key, body: { limit: 1, slot: "default" } });
      if (answer.status !== 200) continue;
      const { model_id } = JSON.parse(answer.text) as RecommendResponse;
      const isNew = model_id === changed.trained_model;
      if (isNew) seenAt ??= now() - changedAt;
      else if (answer.begunAt > changedAt + MODEL_BOUND_MS + SLACK_MS || seenAt !== null)
        tally.stale.push(
          `model ${model_id} ${((now() - changedAt) / 1000).toFixed(1)} s after a change to ${changed.trained_model}`,
        );
      await pause(20);
    }
    if (seenAt !== null) tally.delay("change of the model to the first answer by it", seenAt);
  }
}

/** Makes a key, uses it, revokes it: from its bound on it must be refused. */
export async function revoker(run: Run): Promise<void> {
  const { world, tally, now } = run;
  for (let n = 0; now() < run.endsAt; n++) {
    const body = { project: world.project.id, name: `short-${n}`, scopes: ["predict"] };
    const made = await world.client.post<ApiKeyCreatedResponse>("api_keys/", body);
    const ask = () => call(run, "/v1/popular?limit=1", { key: made.key });
    const first = await ask();
    if (first.status !== 200) tally.stale.push(`a new key was refused with ${first.status}`);
    await world.client.post(`api_keys/${made.id}/revoke/`, {});
    const revokedAt = now();
    let isRefused = false;
    while (!isRefused && now() < run.endsAt) {
      const answer = await ask();
      isRefused = answer.status === 401;
      if (isRefused) tally.delay("revocation of a key to its first refusal", now() - revokedAt);
      else if (answer.begunAt > revokedAt + KEY_BOUND_MS + SLACK_MS) {
        tally.stale.push(
          `a key was accepted ${((answer.begunAt - revokedAt) / 1000).toFixed(1)} s after its revocation`,
        );
        break;
      }
      await pause(250);
    }
  }
}

/** Sends an event and asks at once: the item counts as seen in that answer. */
export async function reader(run: Run): Promise<void> {
  const { key, tally } = run;
  for (let n = 0; run.now() < run.endsAt; n++) {
    const user_id = `reader-${n}`;
    const before = await call(run, "/v1/recommend", { key, body: { user_id, limit: 1 } });
    const item =
      before.status === 200 ? (JSON.parse(before.text) as RecommendResponse).items[0]?.item_id : null;
    if (!item) continue;
    const sent = await call(run, "/v1/events", { key, body: { type: "purchase", user_id, item_id: item } });
    const after = await call(run, "/v1/recommend", { key, body: { user_id, limit: 50 } });
    if (sent.status !== 200 || after.status !== 200) continue;
    const answer = JSON.parse(after.text) as RecommendResponse;
    if (answer.live_events !== "used") tally.note(`answers that said live events were ${answer.live_events}`);
    else if (answer.items.some(({ item_id }) => item_id === item)) {
      tally.stale.push(`an answer had an item that was bought before it began`);
    }
    await pause(100);
  }
}

/** Hides an item of the list for nobody in particular, and shows it again: from its bound on no answer has it. */
export async function hider(run: Run, itemsKey: string): Promise<void> {
  const { key, tally, now } = run;
  const list = async () => {
    const answer = await call(run, "/v1/recommend", { key, body: { limit: 20, slot: "default" } });
    const { items } = answer.status === 200 ? (JSON.parse(answer.text) as RecommendResponse) : { items: [] };
    return { begunAt: answer.begunAt, ids: items.map(({ item_id }) => item_id) };
  };
  while (now() < run.endsAt) {
    const [item] = (await list()).ids;
    if (item === undefined) continue;
    const path = `/v1/items/${item}`;
    const change = (hidden: boolean) => call(run, path, { key: itemsKey, method: "PATCH", body: { hidden } });
    if ((await change(true)).status !== 200) tally.stale.push("an item could not be hidden");
    const hiddenAt = now();
    for (let isGone = false; !isGone && now() < run.endsAt; ) {
      const { begunAt, ids } = await list();
      isGone = !ids.includes(item);
      if (isGone) tally.delay("hiding an item to the first list without it", now() - hiddenAt);
      else if (begunAt > hiddenAt + ITEM_BOUND_MS + SLACK_MS) {
        tally.stale.push(
          `a list had an item ${((begunAt - hiddenAt) / 1000).toFixed(1)} s after it was hidden`,
        );
        break;
      }
      await pause(20);
    }
    await change(false);
    await pause(1_000);
  }
}
