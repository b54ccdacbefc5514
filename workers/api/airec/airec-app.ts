/**
 * The addresses of AiREC's three services below `/airec`. They translate: accounts, files, trainings and serving are Edgewise's own.
 * Slashes matter here, as in the original.
 */
import { Hono } from "hono";
import { AIREC_PREFIX } from "#contract/addresses.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import {
  type AirecProject,
  findAirecProject,
  listAirecProjects,
  toAirecProject,
} from "#services/airec/airec-projects.ts";
import { readableProject } from "#services/airec/readable-project.ts";
import { permissionDenied } from "#services/app-error.ts";
import { contextOf } from "../middleware/after-answer.ts";
import type { Api, ApiContext, ApiEnv } from "../middleware/context.ts";
import { announcedLength, boundaryOf, UploadForm } from "../middleware/multipart.ts";
import { roomFor } from "../routes/quota-room.ts";
import type { RouteDeps } from "../routes/route-deps.ts";
import { airecLogIn, airecSignUp } from "./accounts.ts";
import { airecError, detail, refuse, wholeNumber } from "./answers.ts";
import {
  listAirecApps,
  recommendToApp,
  registerAirecApp,
  registerAirecListener,
  showAirecUsage,
  showAppUsage,
  triggerAirecApps,
} from "./apps.ts";
import { airecViewer, type NeededScopes, throttleAddress } from "./caller.ts";
import { CreateForm, requireName } from "./create-form.ts";
import { crossOrigin } from "./cross-origin.ts";
import { queryOf, recommendationsOf, requireValue } from "./recommendations.ts";
import { addRegistry } from "./registry.ts";

const BASE = `/${AIREC_PREFIX}`;
const READING: NeededScopes = ["read"];
const WRITING: NeededScopes = ["write"];
const PREDICTING: NeededScopes = ["predict", "read"];

/** Answers everything below `/airec`. */
export function airecRoutes(app: Api, deps: RouteDeps): void {
  const airec: Api = new Hono<ApiEnv>({ getPath: (request) => new URL(request.url).pathname });
  airec.use(crossOrigin(deps.settings));
  addAccounts(airec, deps);
  addProjects(airec, deps);
  addApps(airec, deps);
  addRegistry(airec, deps);
  airec.notFound(() => detail(404, "Not Found"));
  airec.onError((error) => {
    const known = airecError(error);
    if (known) return known;
    throw error;
  });
  const answer = (c: ApiContext) => airec.fetch(c.req.raw, c.env, contextOf(c));
  app.all(BASE, answer);
  app.all(`${BASE}/*`, answer);
}

function addAccounts(airec: Api, deps: RouteDeps): void {
  airec.get(`${BASE}/`, (c) => c.text("pong"));
  airec.post(`${BASE}/auth/signup`, async (c) => {
    await throttleAddress(deps, c, "login");
    return airecSignUp(deps, c);
  });
  airec.post(`${BASE}/auth/login`, async (c) => {
    await throttleAddress(deps, c, "login");
    return airecLogIn(deps, c);
  });
}

function addProjects(airec: Api, deps: RouteDeps): void {
  withSlash(airec, `${BASE}/projects`);
  withSlash(airec, `${BASE}/create-project`);
  airec.get(`${BASE}/projects/`, async (c) => {
    const projects = await listAirecProjects(deps.db, await airecViewer(deps, c, READING));
    return c.json(projects.map(toAirecProject));
  });
  airec.all(`${BASE}/projects/`, () => notAllowed("GET"));
  airec.post(`${BASE}/create-project/`, (c) => create(deps, c));
  airec.all(`${BASE}/create-project/`, () => notAllowed("POST"));
  airec.get(`${BASE}/project/:id/status`, async (c) => {
    const project = await projectOf(deps, c, READING);
    await advanceAirecProject(deps, project.row.projectId);
    return c.json(toAirecProject(project));
  });
  airec.get(`${BASE}/project/:id/items`, async (c) => {
    const { metadataKey } = await readyProject(deps, c);
    if (metadataKey === null) refuse(404, "Content file not found for this project.");
    const items = requireValue(await deps.preview.titles(metadataKey));
    return c.json(items.map(({ itemId: id, title }) => ({ id, title })));
  });
  airec.get(`${BASE}/project/:id/users`, async (c) => {
    const { datasetKey } = await readyProject(deps, c);
    if (datasetKey === null) refuse(404, "Interaction file not found for this project.");
    const ids = requireValue(await deps.preview.userIds(datasetKey));
    return c.json(ids.map((id) => ({ id })));
  });
  airec.get(`${BASE}/project/:id/recommendations`, async (c) => {
    wholeNumber(c.req.param("id"), PROJECT_ID);
    const query = queryOf(c.req.query());
    return c.json(await recommendationsOf(deps, await projectOf(deps, c, PREDICTING), query));
  });
}

function addApps(airec: Api, deps: RouteDeps): void {
  airec.post(`${BASE}/api/apps/register`, async (c) =>
    registerAirecApp(deps, await airecViewer(deps, c, WRITING), c),
  );
  airec.get(`${BASE}/api/apps`, async (c) => listAirecApps(deps, await airecViewer(deps, c, READING)));
  airec.get(`${BASE}/api/apps/usage`, async (c) => showAirecUsage(deps, await airecViewer(deps, c, READING)));
  airec.get(`${BASE}/api/apps/:id/usage`, async (c) =>
    showAppUsage(deps, await airecViewer(deps, c, READING), c.req.param("id")),
  );
  airec.post(`${BASE}/api/webhooks/register`, async (c) =>
    registerAirecListener(deps, await airecViewer(deps, c, WRITING), c),
  );
  airec.get(`${BASE}/api/webhooks`, async (c) => listAirecApps(deps, await airecViewer(deps, c, READING)));
  airec.post(`${BASE}/api/webhooks/trigger`, async (c) =>
    triggerAirecApps(deps, await airecViewer(deps, c, WRITING), c),
  );
  airec.post(`${BASE}/api/recommend`, (c) => recommendToApp(deps, c));
}

const PROJECT_ID = ["path", "project_id"];

async function projectOf(deps: RouteDeps, c: ApiContext, scopes: NeededScopes): Promise<AirecProject> {
  const id = wholeNumber(c.req.param("id") ?? "", PROJECT_ID);
  const viewer = await airecViewer(deps, c, scopes);
  return (await findAirecProject(deps.db, viewer, id)) ?? refuse(404, "Project not found.");
}

async function readyProject(deps: RouteDeps, c: ApiContext) {
  const project = await projectOf(deps, c, READING);
  if (toAirecProject(project).status !== "ready") refuse(400, "Project is not ready.");
  return readableProject(deps.db, project.row);
}

async function create(deps: RouteDeps, c: ApiContext): Promise<Response> {
  const viewer = await airecViewer(deps, c, WRITING);
  if (viewer.key) throw permissionDenied("API keys cannot create new projects.");
  const boundary = boundaryOf(c.req.header("content-type") ?? "");
  const { body } = c.req.raw;
  if (boundary === null || body === null) return requireName("") ?? detail(400, "");
  const projects = roomFor(deps, viewer, "projects");
  await projects.require();
  await roomFor(deps, viewer, "storage_mb", Number(c.req.header("content-length") ?? 0) / 1e6).require();
  const form = new CreateForm(deps, viewer);
  try {
    for await (const part of new UploadForm(body, boundary, announcedLength(c.req)).parts)
      await form.take(part);
    const id = await form.finish({ projects });
    const project = await findAirecProject(deps.db, viewer, id);
    return project ? Response.json(toAirecProject(project)) : refuse(404, "Project not found.");
  } catch (error) {
    await form.discard();
    throw error;
  }
}

/** A path without its slash leads to the one with it; the method stays. */
function withSlash(airec: Api, path: string): void {
  airec.all(path, (c) => c.redirect(`${path}/${new URL(c.req.url).search}`, 307));
}

function notAllowed(allow: string): Response {
  return Response.json({ detail: "Method Not Allowed" }, { status: 405, headers: { Allow: allow } });
}
