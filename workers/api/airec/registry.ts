/**
 * AiREC's model registry: the addresses of MLflow's REST API that read registered models. Edgewise trains and deploys, so nothing
 * here writes. Fields without a value are left out, as MLflow does.
 */
import { AIREC_PREFIX } from "#contract/addresses.ts";
import {
  findRegisteredModel,
  listRegisteredModels,
  type RegisteredModel,
  type RegisteredVersion,
} from "#services/airec/model-registry.ts";
import { type Fields, searchRows, UnusableSearch } from "#services/airec/registry-search.ts";
import type { Viewer } from "#services/viewer.ts";
import { readLimited } from "../middleware/body.ts";
import type { Api, ApiContext } from "../middleware/context.ts";
import { parseJson } from "../middleware/parse-json.ts";
import type { RouteDeps } from "../routes/route-deps.ts";
import { AirecRefusal } from "./answers.ts";
import { airecViewer } from "./caller.ts";

const BASE = `/${AIREC_PREFIX}/api/2.0/mlflow`;

export function addRegistry(airec: Api, deps: RouteDeps): void {
  const viewerOf = (c: ApiContext) => airecViewer(deps, c, ["read"]);
  airec.get(`${BASE}/registered-models/search`, async (c) => {
    const models = await listRegisteredModels(deps.db, await viewerOf(c));
    return c.json(searched("registered_models", models, MODEL_FIELDS, c, MODELS_OF_PAGE, toModel));
  });
  airec.get(`${BASE}/registered-models/get`, async (c) =>
    c.json({ registered_model: toModel(await modelOf(deps, await viewerOf(c), c.req.query("name"))) }),
  );
  const latest = async (c: ApiContext) => {
    const viewer = await viewerOf(c);
    const { name, stages } = c.req.method === "GET" ? queryOfLatest(c) : await bodyOf(c);
    const { versions } = await modelOf(deps, viewer, name);
    const isAsked = !Array.isArray(stages) || stages.length === 0 || stages.some(isStage);
    return c.json(isAsked ? { model_versions: versions.slice(-1).map(toVersion) } : {});
  };
  airec.get(`${BASE}/registered-models/get-latest-versions`, latest);
  airec.post(`${BASE}/registered-models/get-latest-versions`, latest);
  airec.get(`${BASE}/model-versions/search`, async (c) => {
    const models = await listRegisteredModels(deps.db, await viewerOf(c));
    const versions = models.flatMap((model) => model.versions.toReversed());
    return c.json(searched("model_versions", versions, VERSION_FIELDS, c, VERSIONS_OF_PAGE, toVersion));
  });
  airec.get(`${BASE}/model-versions/get`, async (c) =>
    c.json({ model_version: toVersion(await versionOf(deps, await viewerOf(c), c)) }),
  );
  airec.all(`${BASE}/*`, async (c) => {
    await viewerOf(c);
    const text = `${c.req.method} is not possible here: this registry is read-only, because Edgewise trains and deploys models.`;
    return failed(404, "ENDPOINT_NOT_FOUND", text);
  });
}

function failed(status: number, code: string, message: string): Response {
  return Response.json({ error_code: code, message }, { status });
}

function unusable(message: string): AirecRefusal {
  return new AirecRefusal(failed(400, "INVALID_PARAMETER_VALUE", message));
}

/** As MLflow words it. */
function missing(message: string): AirecRefusal {
  const body = { error_code: "RESOURCE_DOES_NOT_EXIST", message };
  const more = { sqlstate: "KAM00", error_class: "RESOURCE_NOT_FOUND" };
  return new AirecRefusal(Response.json({ ...body, ...more }, { status: 404 }));
}

async function modelOf(deps: RouteDeps, viewer: Viewer, name: unknown): Promise<RegisteredModel> {
  if (typeof name !== "string" || name === "") throw unusable("Missing value for required parameter 'name'.");
  const model = await findRegisteredModel(deps.db, viewer, name);
  if (model === null) throw missing(`Registered Model with name=${name} not found`);
  return model;
}

async function versionOf(deps: RouteDeps, viewer: Viewer, c: ApiContext): Promise<RegisteredVersion> {
  const { name, version } = c.req.query();
  const { versions } = await modelOf(deps, viewer, name);
  if (!version) throw unusable("Missing value for required parameter 'version'.");
  const found = versions.find((one) => String(one.version) === version);
  if (found === undefined) throw missing(`Model Version (name=${name}, version=${version}) not found`);
  return found;
}

/** No version is in a stage: slots of Edgewise say which models serve. */
const STAGE = "None";

function isStage(stage: unknown): boolean {
  return String(stage).toLowerCase() === STAGE.toLowerCase();
}

function queryOfLatest(c: ApiContext) {
  return { name: c.req.query("name"), stages: c.req.queries("stages") };
}

async function bodyOf(c: ApiContext): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = parseJson(await readLimited(c));
  if (typeof body !== "object" || body === null) throw unusable("The body must be a JSON object.");
  return { ...body };
}

const MODEL_FIELDS: Fields<RegisteredModel> = {
  name: ({ name }) => name,
  creation_timestamp: ({ createdAt }) => createdAt,
  last_updated_timestamp: ({ updatedAt }) => updatedAt,
};
const VERSION_FIELDS: Fields<RegisteredVersion> = {
  name: ({ name }) => name,
  run_id: ({ runId }) => runId,
  source_path: sourceOf,
  version_number: ({ version }) => version,
  creation_timestamp: ({ createdAt }) => createdAt,
  last_updated_timestamp: ({ updatedAt }) => updatedAt,
};
const MODELS_OF_PAGE = { usual: 100, most: 1000 };
const VERSIONS_OF_PAGE = { usual: 10_000, most: 200_000 };

function searched<Row, Shown>(
  field: string,
  rows: readonly Row[],
  fields: Fields<Row>,
  c: ApiContext,
  { usual, most }: { readonly usual: number; readonly most: number },
  show: (row: Row) => Shown,
) {
  const { filter = "", page_token: pageToken = "", max_results: asked = String(usual) } = c.req.query();
  const limit = /^\d{1,7}$/.test(asked) ? Number(asked) : 0;
  if (limit < 1 || limit > most) throw unusable(`max_results must be a whole number from 1 to ${most}.`);
  try {
    const orderBy = c.req.queries("order_by") ?? [];
    const page = searchRows(rows, fields, { filter, orderBy, limit, pageToken });
    return {
      ...(page.rows.length > 0 && { [field]: page.rows.map(show) }),
      ...(page.nextPageToken !== "" && { next_page_token: page.nextPageToken }),
    };
  } catch (error) {
    if (error instanceof UnusableSearch) throw unusable(error.message);
    throw error;
  }
}

function toModel({ name, createdAt, updatedAt, versions }: RegisteredModel) {
  return {
    name,
    creation_timestamp: createdAt,
    last_updated_timestamp: updatedAt,
    latest_versions: versions.slice(-1).map(toVersion),
  };
}

function toVersion(row: RegisteredVersion) {
  return {
    name: row.name,
    version: String(row.version),
    creation_timestamp: row.createdAt,
    last_updated_timestamp: row.updatedAt,
    current_stage: STAGE,
    source: sourceOf(row),
    run_id: row.runId,
    status: "READY",
  };
}

function sourceOf({ modelId }: RegisteredVersion): string {
  return `models:/m-${modelId}`;
}
