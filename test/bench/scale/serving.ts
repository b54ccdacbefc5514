/** What lists of a large model take: the first ones of new isolates, then one after another for users drawn at random, known and unknown. */
import { loadavg } from "node:os";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import { createRandom } from "#engine/random.ts";
import type { World } from "../../e2e/api-world.ts";
import { startTestStack, type TestStack } from "../../setup/stack.ts";
import { groupCpuSeconds } from "../process-memory.ts";
import { openCaller, requestBytes } from "../serve/http-caller.ts";

/** A new isolate is that of a stack that starts on the state of another. */
const ISOLATES = 3;
const WARM_LISTS = 200;
const LISTS = 2_000;
/** Every fifth list is for somebody whom the model does not know. */
const UNKNOWN_EVERY = 5;

export interface ServedModel {
  readonly name: string;
  readonly key: string;
  readonly project: number;
}

/** Puts a model into a slot of its own, which lists ask for by name. */
export async function deploy(
  world: World,
  { project, name, model }: { readonly project: number; readonly name: string; readonly model: number },
): Promise<ServedModel> {
  const slot = { project, name, trained_model: model, weight: 100, is_active: true };
  await world.client.post("deployment_slot/", slot);
  const body = { project, name, scopes: ["predict"] };
  const { key } = await world.client.post<ApiKeyCreatedResponse>("api_keys/", body);
  return { name, key, project };
}

/** Starts stacks on a state and prints what the lists of a model take there. */
export async function measureServing(stateDir: string, served: ServedModel, users: number): Promise<void> {
  const first: string[] = [];
  const random = createRandom(11);
  for (let isolate = 0; isolate < ISOLATES; isolate++) {
    const stack = await startTestStack({ stateDir, jobs: 0 });
    try {
      first.push(await firstList(stack, served, 1 + random.below(users)));
      if (isolate === ISOLATES - 1) await measureLists(stack, served, users);
    } finally {
      await stack.stop();
    }
  }
  console.log(`  ${served.name}, first lists of new isolates: ${first.join("; ")}`);
}

const listFor = ({ key, name }: ServedModel, user: string) =>
  requestBytes("POST", "/v1/recommend", key, { user_id: user, slot: name });

/** Milliseconds outside, and the stages that the Worker names. */
async function firstList({ url }: TestStack, { key, name }: ServedModel, user: number): Promise<string> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/v1/recommend`, {
    method: "POST",
    headers: { "X-API-Key": key, "Content-Type": "application/json" },
    body: JSON.stringify({ user_id: String(user), slot: name }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`Status ${response.status}: ${text}`);
  const ms = performance.now() - startedAt;
  return `${ms.toFixed(0)} ms (${response.headers.get("server-timing")?.replaceAll(";dur=", " ")})`;
}

async function measureLists({ port, pid }: TestStack, served: ServedModel, users: number): Promise<void> {
  const random = createRandom(12);
  const caller = await openCaller(port);
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  let warnings = 0;
  let cpuBefore = 0;
  for (let list = -WARM_LISTS; list < LISTS; list++) {
    if (list === 0) cpuBefore = groupCpuSeconds(pid);
    const isKnown = list % UNKNOWN_EVERY !== 0;
    const user = isKnown ? String(1 + random.below(users)) : `unknown-${random.below(users)}`;
    const startedAt = performance.now();
    const { status, body } = await caller.send(listFor(served, user));
    const ms = performance.now() - startedAt;
    if (status !== 200) throw new Error(`Status ${status}: ${body.slice(0, 300)}`);
    if (body.includes('"warnings":["')) warnings++;
    if (list >= 0) times[isKnown ? "known" : "unknown"].push(ms);
  }
  const cpuMs = (1_000 * (groupCpuSeconds(pid) - cpuBefore)) / LISTS;
  caller.close();
  for (const [whom, ms] of Object.entries(times)) {
    const sorted = Float64Array.from(ms).sort();
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
    console.log(
      `  ${served.name}, ${sorted.length} lists for ${whom} users: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`,
    );
  }
  console.log(
    `  ${served.name}: ${cpuMs.toFixed(2)} ms of the stack's processor a list, ${warnings} lists with a warning, load ${loadavg()[0]?.toFixed(1)}`,
  );
}
