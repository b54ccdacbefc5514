/** Endpoints of webhooks in tests: made, told of events, and sent to. */
import { eq } from "drizzle-orm";
import { webhookEndpointResponse } from "#contract/webhook-endpoint.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";
import { announcingOfProject, batchAndTell } from "#services/webhooks/announce.ts";
import { driveEndpoint } from "#services/webhooks/drive-endpoints.ts";
import { readAs } from "./api.ts";
import type { Setup } from "./retraining.ts";

export const URL_OF_ANN = "https://hooks.example.com/events";

export interface Call {
  readonly headers: Headers;
  readonly body: string;
}

export async function endpointOf({ ann, projectId }: Setup, fields: object = {}) {
  const body = { project: projectId, url: URL_OF_ANN, ...fields };
  return readAs(webhookEndpointResponse, await ann.call("POST", "/webhook_endpoint/", body), 201);
}

/** A number of events of the project, each another. */
export async function happen({ api, projectId }: Setup, count = 1, from = 1): Promise<void> {
  for (let n = from; n < from + count; n++) {
    const data = {
      project: projectId,
      slot: n,
      metric: "ndcg@20",
      value: 0.1,
      expected: 0.2,
      day: "2026-11-27",
    };
    const { db, clock } = api.deps;
    const key = `quality_dropped:${n}`;
    const dropped = announcingOfProject(db, { event: "quality_dropped", key, data, now: clock() });
    await batchAndTell(api.deps, [], { announcements: [dropped] });
  }
}

export const ok = () => new Response("thanks");
export const broken = () => new Response(null, { status: 500 });

/** Sends to one endpoint, which answers as configured. */
export async function drive(
  { api }: Setup,
  id: number,
  answer: (n: number) => Response | Promise<Response> = ok,
) {
  const calls: Call[] = [];
  const { outbound } = api.deps;
  const fetch = async (_url: string, init: RequestInit) => {
    calls.push({ headers: new Headers(init.headers), body: String(init.body) });
    return answer(calls.length);
  };
  await driveEndpoint({ ...api.deps, ...outbound, fetch }, id);
  return calls;
}

export const slotsOf = (calls: readonly Call[]) => calls.map(({ body }) => JSON.parse(body).data.slot);

/** The times at which an endpoint was woken, in order. @param from The first call of the fakes that counts. */
export function wakesOf({ api }: Setup, id: number, from = 0): unknown[] {
  return api.calls
    .slice(from)
    .filter(([name, address]) => name === "wakeAddress" && (address as { id: number }).id === id)
    .map(([, , at]) => at);
}

export function rowsOf({ api }: Setup, id: number) {
  return api.deps.db.select().from(webhookCall).where(eq(webhookCall.endpointId, id)).orderBy(webhookCall.id);
}

export async function stateOf({ api }: Setup, id: number) {
  const [row] = await api.deps.db.select().from(webhookEndpoint).where(eq(webhookEndpoint.id, id));
  if (row === undefined) throw new Error("no such endpoint");
  return row;
}
