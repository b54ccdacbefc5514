/** AiREC's apps: a key each, by which a page or a server asks for recommendations of all projects of the key's owner. */

import { findAirecProject } from "#services/airec/airec-projects.ts";
import {
  type AirecApp,
  appsWithAddresses,
  countUse,
  findAppByKey,
  listApps,
  type NewApp,
  registerApp,
  registerListener,
  usageByDay,
} from "#services/airec/apps.ts";
import { isoTime } from "#services/resources/iso-time.ts";
import { ownerOf, type Viewer } from "#services/viewer.ts";
import { callAddress } from "#services/webhooks/call-address.ts";
import { headersFor } from "#services/webhooks/drive-endpoints.ts";
import { webhookProblem } from "#services/webhooks/webhook-address.ts";
import { afterAnswer } from "../middleware/after-answer.ts";
import { readLimited } from "../middleware/body.ts";
import type { ApiContext } from "../middleware/context.ts";
import { parseJson } from "../middleware/parse-json.ts";
import type { RouteDeps } from "../routes/route-deps.ts";
import { AirecRefusal, airecError, detail, refuse, wholeNumber } from "./answers.ts";
import { throttleAddress } from "./caller.ts";
import { DEFAULT_LIMIT, recommendationsOf } from "./recommendations.ts";

const failed = (status: number, error: string, details?: unknown) =>
  Response.json({ error, ...(details !== undefined && { details }) }, { status });

export async function registerAirecApp(deps: RouteDeps, viewer: Viewer, c: ApiContext): Promise<Response> {
  const given = await newAppOf(deps, c, "App name and webhook URL are required");
  if (given instanceof Response) return given;
  const { app, key } = await registerApp(deps, viewer, given);
  const registered = { app_name: app.name, webhook_url: app.webhookUrl, api_key: key };
  return Response.json({ success: true, message: "App registered successfully", ...registered });
}

/** `POST /api/webhooks/register`: an app without a key. AiREC's answer has no secret, because it signs nothing. */
export async function registerAirecListener(
  deps: RouteDeps,
  viewer: Viewer,
  c: ApiContext,
): Promise<Response> {
  const given = await newAppOf(deps, c, "Missing app_name or webhook_url");
  if (given instanceof Response) return given;
  const { app, secret } = await registerListener(deps, viewer, given);
  return Response.json({ id: app.id, message: "Webhook registered successfully", secret });
}

/** The app that a body describes, or the refusal. */
async function newAppOf(deps: RouteDeps, c: ApiContext, refusal: string): Promise<NewApp | Response> {
  const { app_name: name, webhook_url: webhookUrl } = await bodyOf(c);
  const isGiven = (value: unknown): value is string => typeof value === "string" && value !== "";
  if (!isGiven(name) || !isGiven(webhookUrl)) return failed(400, refusal);
  const problem = webhookProblem(webhookUrl, deps.outbound.webhookRules);
  return problem === null ? { name, webhookUrl } : failed(400, problem);
}

/**
 * `POST /api/webhooks/trigger`: sends `event` and `data` to the addresses of all apps at once, and says what they answered. Beside
 * the queues: a call that fails is not sent again.
 */
export async function triggerAirecApps(deps: RouteDeps, viewer: Viewer, c: ApiContext): Promise<Response> {
  const { event, data } = await bodyOf(c);
  const body = JSON.stringify({ event, data });
  const apps = await appsWithAddresses(deps.db, viewer);
  // A call of this address makes many calls: each counts.
  for (const _ of apps) await deps.throttle("user", String(viewer.accountId));
  const results = await Promise.all(
    apps.map(async ({ endpoint }) => {
      const now = deps.clock();
      const headers = await headersFor(endpoint, { id: null, body }, now);
      const { status, error } = await callAddress(deps.outbound, { url: endpoint.url, body, headers }, now);
      const text = status === null ? error : `Request failed with status code ${status}`;
      const failure = error === null ? { status: "success" } : { status: "failed", error: text };
      return { webhook_url: endpoint.url, ...failure };
    }),
  );
  return Response.json({ message: "Webhooks triggered", results });
}

/** Newest first. A key is shown once, when it is made; afterwards its beginning. */
export async function listAirecApps(deps: RouteDeps, viewer: Viewer): Promise<Response> {
  const apps = await listApps(deps.db, viewer);
  return Response.json(
    apps.map(({ id, name, webhookUrl, keyPrefix, createdAt }) => ({
      ...{ id, app_name: name, webhook_url: webhookUrl },
      ...{ api_key: keyPrefix === "" ? null : `${keyPrefix}…`, created_at: isoTime(createdAt) },
    })),
  );
}

/** Apps that have been used. Two of one name are counted apart. */
export async function showAirecUsage(deps: RouteDeps, viewer: Viewer): Promise<Response> {
  const used = (await listApps(deps.db, viewer)).filter(({ usageCount }) => usageCount > 0);
  return Response.json(
    used.map(({ id, name, usageCount }) => ({ id, app_name: name, usage_count: usageCount })).reverse(),
  );
}

/** `GET /api/apps/{id}/usage`: lists by day. */
export async function showAppUsage(deps: RouteDeps, viewer: Viewer, id: string): Promise<Response> {
  const found = await usageByDay(deps.db, viewer, wholeNumber(id, ["path", "app_id"]));
  if (found === null) return failed(404, "App not found");
  const { app, days } = found;
  const usage = days.map(({ day, lists }) => ({ day, usage_count: lists }));
  return Response.json({ id: app.id, app_name: app.name, usage_count: app.usageCount, usage });
}

/** `POST /api/recommend`: ten items for a title, a person, or both. */
export async function recommendToApp(deps: RouteDeps, c: ApiContext): Promise<Response> {
  const key = c.req.header("x-api-key");
  if (!key) return failed(401, "Missing API key");
  const app = await findAppByKey(deps.db, key);
  if (app === null) {
    await throttleAddress(deps, c, "anon");
    return failed(403, "Invalid API key");
  }
  await deps.throttle("recommendation", `airec-app:${app.id}`);
  try {
    const {
      projectId,
      list: { model_type, recommendations },
    } = await askedList(deps, app, await bodyOf(c));
    const body = JSON.stringify({ success: true, app_name: app.name, model_type, recommendations });
    const list = { appId: app.id, endpointId: app.endpointId, projectId, body, now: deps.clock() };
    const wakeAddress: RouteDeps["wakeAddress"] = async (address, at) =>
      afterAnswer(c, deps.logger, () => deps.wakeAddress(address, at));
    await countUse({ ...deps, wakeAddress }, list);
    return new Response(body, { headers: { "Content-Type": "application/json" } });
  } catch (error) {
    return refusedList(error);
  }
}

async function askedList(deps: RouteDeps, app: AirecApp, body: Readonly<Record<string, unknown>>) {
  const id = wholeNumber(textOf(body.project_id) ?? "undefined", ["path", "project_id"]);
  const project = await findAirecProject(deps.db, ownerOf(app.ownerId), id);
  if (project === null) return refuse(404, "Project not found.");
  const query = { title: textOf(body.item_title), userId: textOf(body.user_id), limit: DEFAULT_LIMIT };
  const list = await recommendationsOf(deps, project, { ...query, mix: "content_first" });
  return { projectId: project.row.projectId, list };
}

/** The pages of AiREC send ids as numbers or as texts. */
function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** Pages show both texts. */
async function refusedList(error: unknown): Promise<Response> {
  const answer = airecError(error);
  if (answer === null || (answer.status >= 500 && !(error instanceof AirecRefusal))) throw error;
  const { detail: details } = (await answer.json()) as { readonly detail?: unknown };
  const text = answer.status === 404 ? "Project not found or not ready" : "Failed to get recommendations";
  return failed(answer.status, text, details);
}

/** An empty object for an absent body. */
async function bodyOf(c: ApiContext): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readLimited(c);
  const body: unknown = bytes.length === 0 ? {} : parseJson(bytes);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
  throw new AirecRefusal(detail(400, "The body must be a JSON object."));
}
