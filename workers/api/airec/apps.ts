/** AiREC's apps: a key each, by which a page or a server asks for recommendations of all projects of the key's owner. */

import { findAirecProject } from "#services/airec/airec-projects.ts";
import type { AirecApp } from "#services/airec/apps.ts";
import { countUse, findAppByKey, listApps, registerApp } from "#services/airec/apps.ts";
import { isoTime } from "#services/resources/iso-time.ts";
import { ownerOf, type Viewer } from "#services/viewer.ts";
import { webhookProblem } from "#services/webhooks/webhook-address.ts";
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
  const { app_name: name, webhook_url: url } = await bodyOf(c);
  const isGiven = (value: unknown): value is string => typeof value === "string" && value !== "";
  if (!isGiven(name) || !isGiven(url)) return failed(400, "App name and webhook URL are required");
  const problem = webhookProblem(url, { allowsPrivate: deps.settings.allowsPrivateWebhooks });
  if (problem !== null) return failed(400, problem);
  const { app, key } = await registerApp(deps, viewer, { name, webhookUrl: url });
  const registered = { app_name: app.name, webhook_url: app.webhookUrl, api_key: key };
  return Response.json({ success: true, message: "App registered successfully", ...registered });
}

/** Newest first. A key is shown once, when it is made; afterwards its beginning. */
export async function listAirecApps(deps: RouteDeps, viewer: Viewer): Promise<Response> {
  const apps = await listApps(deps.db, viewer);
  return Response.json(
    apps.map(({ id, name, webhookUrl, keyPrefix, createdAt }) => ({
      ...{ id, app_name: name, webhook_url: webhookUrl },
      ...{ api_key: `${keyPrefix}…`, created_at: isoTime(createdAt) },
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
    const { model_type, recommendations } = await askedList(deps, app, await bodyOf(c));
    await countUse(deps.db, app.id);
    return Response.json({ success: true, app_name: app.name, model_type, recommendations });
  } catch (error) {
    return refusedList(error);
  }
}

async function askedList(deps: RouteDeps, app: AirecApp, body: Readonly<Record<string, unknown>>) {
  const id = wholeNumber(textOf(body.project_id) ?? "undefined", ["path", "project_id"]);
  const project = await findAirecProject(deps.db, ownerOf(app.ownerId), id);
  if (project === null) return refuse(404, "Project not found.");
  const query = { title: textOf(body.item_title), userId: textOf(body.user_id), limit: DEFAULT_LIMIT };
  return recommendationsOf(deps, project, { ...query, mix: "content_first" });
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
