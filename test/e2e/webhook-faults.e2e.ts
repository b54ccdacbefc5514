/**
 * What webhooks promise while addresses are slow, dead, flapping or redirecting, names lead to this machine, and the stack is killed in
 * the middle of a call: nothing is lost, calls keep their order, and a call has the same id each time.
 */
import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import { freePort, removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { filmsCsv } from "./airec/films.ts";
import { type Received, type Receiver, startReceiver } from "./webhooks/receiver.ts";

const EMAIL = "hooks@example.com";
const PASSWORD = "walnut-Harbor-27";
const OPEN = { EDGEWISE_AIREC_OPEN: EMAIL };
const LOCAL = { ...OPEN, EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: "true" };
const FILMS = ["Silent River", "Golden Harbor", "Silent Harbor", "Golden River"];
/** A stack that was killed leaves a lease of half a minute, and waits are as long. */
const PATIENCE_MS = 240_000;

interface World {
  readonly stack: TestStack;
  readonly project: number;
}

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});

async function startWorld(settings: Record<string, string>): Promise<World> {
  const stack = await startTestStack({ jobs: 0, settings });
  await fetch(`${stack.url}/airec/auth/signup`, json({ name: "Hooks", email: EMAIL, password: PASSWORD }));
  return { stack, project: await readyProject(stack) };
}

async function readyProject(stack: TestStack): Promise<number> {
  const form = new FormData();
  form.append("project_name", "films");
  const columns = { item_id: "film", item_title: "name", feature_cols: ["genre", "plot"] };
  form.append("content_schema_json", JSON.stringify(columns));
  form.append("content_file", new File([filmsCsv()], "films.csv"));
  const created = await fetch(`${stack.url}/airec/create-project/`, { method: "POST", body: form });
  const { id } = (await created.json()) as { id: number };
  await waitFor(
    async () => (await (await fetch(`${stack.url}/airec/project/${id}/status`)).json()) as { status: string },
    ({ status }) => status === "ready",
  );
  return id;
}

async function register({ stack }: World, url: string): Promise<string> {
  const answer = await fetch(
    `${stack.url}/airec/api/apps/register`,
    json({ app_name: url, webhook_url: url }),
  );
  return ((await answer.json()) as { api_key: string }).api_key;
}

/** A list for an app; its text is what the app's address gets. */
async function ask({ stack, project }: World, key: string, title: string): Promise<string> {
  const body = { project_id: project, item_title: title };
  const answer = await fetch(`${stack.url}/airec/api/recommend`, json(body, { "x-api-key": key }));
  expect(answer.status).toBe(200);
  return answer.text();
}

async function askAll(world: World, key: string): Promise<string[]> {
  const lists: string[] = [];
  for (const title of FILMS) lists.push(await ask(world, key, title));
  return lists;
}

/** Waits until the calls that arrived are enough. No cron runs: endpoints are woken by what happens, and by their own alarms. */
async function until(isDone: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(PATIENCE_MS);
  await waitFor(
    async () => {
      deadline.throwIfAborted();
      return isDone();
    },
    (done) => done,
  );
}

/** Each call's first success, in the order of arrival, without repeats. */
function bodiesOnce(calls: readonly Received[]): string[] {
  return [...new Map(calls.map((call) => [call.headers["webhook-id"], call.body])).values()];
}

function isSigned({ headers, body }: Received, key: string): boolean {
  const secret = createHash("sha256").update(key).digest();
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return headers["webhook-signature"] === `v1,${createHmac("sha256", secret).update(text).digest("base64")}`;
}

describe("the address of an app", () => {
  let world: World;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
    world = await startWorld(LOCAL);
  });
  afterAll(async () => {
    await world.stack.stop();
    await receiver.stop();
    removeState(world.stack.stateDir);
  });

  it("gets every list although the stack is killed in the middle of a call", async () => {
    const key = await register(world, `${receiver.url}/killed`);
    // Never answers, so the stack is in the middle of a call.
    receiver.answer("/killed", () => undefined);
    const lists = await askAll(world, key);
    await waitFor(
      async () => receiver.at("/killed").length,
      (count) => count > 0,
    );
    const { stateDir, port } = world.stack;
    await world.stack.kill();
    receiver.answer("/killed", (response) => response.end("back"));
    world = { ...world, stack: await startTestStack({ jobs: 0, stateDir, port, settings: LOCAL }) };
    await until(() => new Set(receiver.at("/killed").map(({ body }) => body)).size === lists.length);
    const calls = receiver.at("/killed");
    expect(bodiesOnce(calls)).toEqual(lists);
    expect(calls[1]?.headers["webhook-id"]).toBe(calls[0]?.headers["webhook-id"]);
    expect(calls.filter((call) => !isSigned(call, key))).toEqual([]);
  });

  it("is told at once that the models of another project are ready", async () => {
    await register(world, `${receiver.url}/ready`);
    const project = await readyProject(world.stack);
    await until(() => receiver.at("/ready").length > 0);
    expect(receiver.at("/ready").map(({ body }) => JSON.parse(body))).toMatchObject([
      { event: "model_ready", data: { project_id: project } },
    ]);
  });

  it("is not waited for by those who ask for lists", async () => {
    const key = await register(world, `${receiver.url}/slow`);
    const held: (() => void)[] = [];
    receiver.answer("/slow", (response) => held.push(() => response.end()));
    const lists = await askAll(world, key);
    // All four answers came while the first call has none.
    await waitFor(
      async () => receiver.at("/slow").length,
      (count) => count === 1,
    );
    receiver.answer("/slow", (response) => response.end());
    for (const release of held) release();
    await until(() => receiver.at("/slow").length === lists.length);
    expect(bodiesOnce(receiver.at("/slow"))).toEqual(lists);
  });

  it("that flaps, that was dead and that redirects loses nothing and gets all in order", async () => {
    const deadPort = await freePort();
    const [flapping, dead, moved] = await Promise.all([
      register(world, `${receiver.url}/flapping`),
      register(world, `http://127.0.0.1:${deadPort}/dead`),
      register(world, `${receiver.url}/moved`),
    ]);
    let attempts = 0;
    const taken: Received[] = [];
    receiver.answer("/flapping", (response, call) => {
      attempts += 1;
      response.statusCode = attempts === 2 || attempts === 4 ? 503 : 200;
      if (response.statusCode === 200) taken.push(call);
      response.end();
    });
    receiver.answer("/moved", (response) => {
      response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
    });
    const lists = await askAll(world, flapping);
    const ofDead = await askAll(world, dead);
    const ofMoved = await askAll(world, moved);
    await waitFor(
      async () => receiver.at("/moved").length,
      (count) => count > 0,
    );
    const revived = await startReceiver(deadPort);
    try {
      await until(() => taken.length === lists.length && revived.received.length === ofDead.length);
      expect(taken.map(({ body }) => body)).toEqual(lists);
      expect(revived.received.map(({ body }) => body)).toEqual(ofDead);
    } finally {
      await revived.stop();
    }
    expect(receiver.at("/elsewhere")).toEqual([]);
    expect(new Set(receiver.at("/moved").map(({ body }) => body))).toEqual(new Set(ofMoved.slice(0, 1)));
  }, 400_000);
});

describe("a name that leads to this machine", () => {
  it("is not called, whatever it led to when it was registered", async () => {
    const asked: string[] = [];
    const resolver = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? "", "http://resolver");
      asked.push(searchParams.get("name") ?? "");
      const Answer = searchParams.get("type") === "A" ? [{ type: 1, data: "127.0.0.1" }] : [];
      response.setHeader("Content-Type", "application/dns-json");
      response.end(JSON.stringify({ Status: 0, Answer }));
    });
    const port = await freePort();
    await new Promise<void>((done) => resolver.listen(port, "127.0.0.1", done));
    const world = await startWorld({ ...OPEN, EDGEWISE_RESOLVER: `http://127.0.0.1:${port}/dns-query` });
    try {
      await ask(world, await register(world, "https://rebinding.example/hook"), "Silent River");
      const login = await fetch(
        `${world.stack.url}/airec/auth/login`,
        json({ email: EMAIL, password: PASSWORD }),
      );
      const { jwttoken } = (await login.json()) as { jwttoken: string };
      const headers = { Authorization: `Bearer ${jwttoken}` };
      const failed = await waitFor(
        async () => {
          const listed = await fetch(`${world.stack.url}/api/v1/webhook_call/?event=recommendation`, {
            headers,
          });
          return ((await listed.json()) as { results: { attempts: number; error: string }[] }).results[0];
        },
        (call) => (call?.attempts ?? 0) > 0,
      );
      expect(failed?.error).toBe("The name leads to an address that is not public.");
      expect(new Set(asked)).toEqual(new Set(["rebinding.example"]));
    } finally {
      await world.stack.stop();
      removeState(world.stack.stateDir);
      resolver.close();
    }
  });
});
