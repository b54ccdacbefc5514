import { describe, expect, it } from "vitest";
import { airecApp } from "#db/airec-schema.ts";
import { itemMetaData } from "#db/schema.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import { driveEndpoints } from "#services/webhooks/drive-endpoints.ts";
import { hmac } from "#services/webhooks/signing.ts";
import { bodyOf, join, type TestApi, testApi } from "../../runtime/api.ts";

interface Call {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An open deployment whose calls to addresses are recorded. */
async function open() {
  const { deps } = testApi();
  const { session } = await join(testApi());
  const calls: Call[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    calls.push({ url, headers: new Headers(init.headers), body: String(init.body) });
    return new Response(null, { status: url.endsWith("/fails") ? 500 : 200 });
  };
  const settings = { ...deps.settings, airecOpen: session.user.username };
  const outbound = { ...deps.outbound, fetch };
  return { api: testApi({ settings, outbound }), calls };
}

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});

async function registered(api: TestApi, name: string, path = name): Promise<string> {
  const app = { app_name: name, webhook_url: `https://pages.example/${path}` };
  const answer = await bodyOf(await api.fetch("/airec/api/apps/register", json(app)));
  return (answer as { api_key: string }).api_key;
}

/** A content project whose table is read. */
async function readyProject(api: TestApi): Promise<number> {
  const form = new FormData();
  form.append("project_name", "films");
  form.append(
    "content_schema_json",
    JSON.stringify({ item_id: "film", item_title: "name", feature_cols: ["genre"] }),
  );
  form.append("content_file", new File(["film,name,genre\n1,Heat,Crime\n"], "films.csv"));
  const { id } = (await bodyOf(
    await api.fetch("/airec/create-project/", { method: "POST", body: form }),
  )) as {
    id: number;
  };
  await api.deps.db.update(itemMetaData).set({ status: "READY", artifactKey: `m${id}` });
  return id;
}

const drive = ({ deps }: TestApi) => driveEndpoints({ ...deps, ...deps.outbound });

describe("the address of an app", () => {
  it("is told that models are ready, as AiREC does, without the key, signed by the key's hash", async () => {
    const { api, calls } = await open();
    const key = await registered(api, "hook");
    const id = await readyProject(api);
    await advanceAirecProject(api.deps, id);
    await advanceAirecProject(api.deps, id);
    await drive(api);
    expect(calls.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
      [
        "https://pages.example/hook",
        {
          event: "model_ready",
          data: {
            project_id: id,
            project_name: "films",
            model_type: "content",
            timestamp: expect.any(String),
          },
        },
      ],
    ]);
    const [call] = calls;
    const secret = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
    const { headers, body } = call as Call;
    const signed = await hmac(
      secret,
      `${headers.get("webhook-id")}.${headers.get("webhook-timestamp")}.${body}`,
    );
    expect(headers.get("webhook-signature")).toBe(`v1,${btoa(String.fromCharCode(...signed))}`);
  });

  it("gets each list that the app got, letter by letter, and the app's usage counts it by day", async () => {
    const { api, calls } = await open();
    const [key, other] = [await registered(api, "hook"), await registered(api, "other")];
    const project_id = await readyProject(api);
    const ask = (body: object) => api.fetch("/airec/api/recommend", json(body, { "x-api-key": key }));
    const first = await (await ask({ project_id, item_title: "Heat" })).text();
    api.advance(24 * 3_600_000);
    const second = await (await ask({ project_id: String(project_id), item_title: "Heat" })).text();
    expect((await ask({ project_id: 999_999 })).status).toBe(404);
    await drive(api);
    const own = calls.filter(({ body }) => body.startsWith('{"success"'));
    expect(own.map(({ url, body }) => [url, body])).toEqual([
      ["https://pages.example/hook", first],
      ["https://pages.example/hook", second],
    ]);
    const apps = await api.deps.db.select().from(airecApp);
    const [app] = apps.filter(({ keyPrefix }) => key.startsWith(keyPrefix));
    const usage = await bodyOf(await api.fetch(`/airec/api/apps/${app?.id}/usage`));
    expect(usage).toMatchObject({ id: app?.id, app_name: "hook", usage_count: 2 });
    expect((usage as { usage: { usage_count: number }[] }).usage.map((day) => day.usage_count)).toEqual([
      1, 1,
    ]);
    const foreign = await open();
    expect((await foreign.api.fetch(`/airec/api/apps/${app?.id}/usage`)).status).toBe(404);
    expect(other).not.toBe(key);
  });

  it("may belong to a listener without a key, whose secret is shown once", async () => {
    const { api } = await open();
    const app = { app_name: "HookOnly", webhook_url: "https://pages.example/only" };
    const answer = await bodyOf(await api.fetch("/airec/api/webhooks/register", json(app)));
    expect(answer).toEqual({
      id: expect.any(Number),
      message: "Webhook registered successfully",
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    const listed = (await bodyOf(await api.fetch("/airec/api/webhooks"))) as { api_key: unknown }[];
    expect(listed.map(({ api_key }) => api_key)).toEqual([null]);
    const without = await api.fetch("/airec/api/webhooks/register", json({ app_name: "X" }));
    expect([without.status, await bodyOf(without)]).toEqual([
      400,
      { error: "Missing app_name or webhook_url" },
    ]);
  });

  it("is called by a trigger at once, together with those of all apps of the account alone", async () => {
    const { api, calls } = await open();
    const foreign = await open();
    await registered(foreign.api, "foreign");
    await registered(api, "hook");
    await registered(api, "fails");
    const answer = await api.fetch(
      "/airec/api/webhooks/trigger",
      json({ event: "manual_test", data: { x: 1 } }),
    );
    expect(await bodyOf(answer)).toEqual({
      message: "Webhooks triggered",
      results: [
        { webhook_url: "https://pages.example/hook", status: "success" },
        {
          ...{ webhook_url: "https://pages.example/fails", status: "failed" },
          error: "Request failed with status code 500",
        },
      ],
    });
    expect(calls.map(({ body }) => body)).toEqual([1, 2].map(() => '{"event":"manual_test","data":{"x":1}}'));
    await api.fetch("/airec/api/webhooks/trigger", json({}));
    expect(calls.at(-1)?.body).toBe("{}");
  });
});
