import { MAX_FOUND_PEOPLE, MAX_ITEM_REASONS } from "#contract/limits.ts";
import {
  type FoundPeople,
  type PersonHistory,
  profileRequest,
  type TrainedModelResponse,
  trainingEstimateRequest,
} from "#contract/model.ts";
import { wholeNumberOf } from "#contract/query-number.ts";
import { AppError } from "#services/app-error.ts";
import { openDownload } from "#services/files/data-files.ts";
import {
  createTrainedModel,
  deleteTrainedModel,
  getModelToTry,
  historyOfPerson,
  peopleOfModel,
  recommendForProfile,
  recommendForUser,
  sampleRecommendation,
  sampleWithMetadata,
  similarItems,
  unlinkTrainedModel,
  updateTrainedModel,
} from "#services/models/trained-models.ts";
import { estimateModel } from "#services/models/training-estimate.ts";
import type { PreviewedList } from "#services/preview.ts";
import { type TrainedModelRow, trainedModelCodec, trainedModels } from "#services/resources/trained-model.ts";
import { noteReason, noteSubject } from "../../middleware/audit.ts";
import { parseBody } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import { type Endpoint, idParam } from "../../middleware/endpoint.ts";
import { downloadResponse } from "../download-response.ts";
import { roomFor } from "../quota-room.ts";
import { removalAnswer, removalOptions } from "../removal.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { modelTaskLinks } from "../task-links.ts";

const DEFAULT_CUTOFF = 10;

/** `basename` is empty for a model without a file, and null if the model was just made or unlinked. */
function toTrainedModelResponse(fileName: string, row: TrainedModelRow): TrainedModelResponse {
  const hasFile = row.artifactKey !== null;
  return {
    ...trainedModelCodec.show(row),
    file: hasFile ? `trained_models/${fileName}` : null,
    basename: hasFile ? fileName : "",
    filesize: hasFile ? row.filesize : null,
    task_links: modelTaskLinks(row),
  };
}

function badRequest(message: string): AppError {
  return new AppError("bad_request", message);
}

/** The query of a recommendation; its error texts are details, not field errors, as in Recotem. */
function parseUserQuery(c: ApiContext): { userId: string; list: PreviewedList } {
  const userId = c.req.query("user_id");
  if (!userId) throw badRequest("user_id is required.");
  return { userId, list: { cutoff: cutoffOf(c), reasons: reasonsOf(c) } };
}

/** Optional in Edgewise's routes: how many reasons to give for each item. */
function reasonsOf(c: ApiContext): number {
  const reasons = wholeNumberOf(c.req.query("reasons") ?? "0");
  if (reasons === null || reasons < 0 || reasons > MAX_ITEM_REASONS) {
    throw badRequest(`reasons must be an integer from 0 to ${MAX_ITEM_REASONS}.`);
  }
  return reasons;
}

function cutoffOf(c: ApiContext): number {
  const text = c.req.query("cutoff") ?? String(DEFAULT_CUTOFF);
  const cutoff = wholeNumberOf(text);
  if (cutoff === null) throw badRequest("cutoff must be an integer.");
  if (cutoff < 1) throw badRequest("cutoff must be >= 1.");
  return cutoff;
}

export function trainedModelRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { dialect } = deps;
  const { request: schema, fileName, unusable } = dialect.models;
  const shown = dialect.shown("trained_model", (row: TrainedModelRow) =>
    toTrainedModelResponse(fileName(row.id), row),
  );
  // Before the routes with an id, which would read `estimate` as an id.
  endpoint(
    "/trained_model/estimate",
    {
      POST: async (c) => {
        const request = await parseBody(c, trainingEstimateRequest);
        return c.json(await estimateModel(deps, c.var.caller.viewer, request));
      },
    },
    { role: "viewer" },
  );
  resourceRoutes(endpoint, deps.db, {
    resource: trainedModels,
    toResponse: shown,
    schema,
    update: (viewer, row, changes) => updateTrainedModel(deps, viewer, row, changes),
    override: {
      list: {
        POST: async (c) => {
          const body = await parseBody(c, schema);
          const { viewer } = c.var.caller;
          const row = await createTrainedModel(deps, viewer, body, roomFor(deps, viewer, "jobs"));
          noteSubject(c, row);
          return c.json({ ...shown(row), basename: null, task_links: [] }, 201);
        },
      },
    },
    remove: (_viewer, row, c) =>
      removalAnswer(dialect, c, deleteTrainedModel(deps, row, removalOptions(dialect, c))),
  });
  const asStyled = (error: unknown): never => {
    throw unusable(error);
  };
  const modelOf = (c: ApiContext) => getModelToTry(deps, c.var.caller.viewer, idParam(c));
  endpoint("/trained_model/:id/download_file", {
    GET: rowHandler(deps.db, trainedModels, async (c, row) =>
      downloadResponse(c, await openDownload(deps, row.artifactKey), fileName(row.id)),
    ),
  });
  endpoint("/trained_model/:id/unlink_file", {
    DELETE: rowHandler(deps.db, trainedModels, async (c, row) => {
      const { model, moved } = await unlinkTrainedModel(deps, row, removalOptions(dialect, c));
      if (moved !== null) noteReason(c, moved.detail);
      const more = moved && dialect.asksBeforeStopping ? moved : {};
      return c.json({ ...shown(model), basename: null, ...more });
    }),
  });
  endpoint(
    "/trained_model/:id/recommendation",
    {
      GET: async (c) => {
        const model = await modelOf(c);
        const { userId, list } = parseUserQuery(c);
        return c.json(await recommendForUser(deps, model, userId, list).catch(asStyled));
      },
    },
    { rate: "recommendation" },
  );
  endpoint(
    "/trained_model/:id/similar_items",
    {
      GET: async (c) => {
        const model = await modelOf(c);
        const itemId = c.req.query("item_id");
        if (!itemId) throw badRequest("item_id is required.");
        return c.json(await similarItems(deps, model, itemId, cutoffOf(c)).catch(asStyled));
      },
    },
    { rate: "recommendation" },
  );
  endpoint(
    "/trained_model/:id/people",
    {
      GET: async (c) => {
        const model = await modelOf(c);
        const limit = wholeNumberOf(c.req.query("limit") ?? String(DEFAULT_CUTOFF));
        if (limit === null || limit < 1 || limit > MAX_FOUND_PEOPLE) {
          throw badRequest(`limit must be an integer from 1 to ${MAX_FOUND_PEOPLE}.`);
        }
        const results = await peopleOfModel(deps, model, c.req.query("q") ?? "", limit).catch(asStyled);
        return c.json({ results } satisfies FoundPeople);
      },
    },
    { rate: "recommendation" },
  );
  endpoint(
    "/trained_model/:id/history",
    {
      GET: async (c) => {
        const model = await modelOf(c);
        const { userId } = parseUserQuery(c);
        const item_ids = await historyOfPerson(deps, model, userId).catch(asStyled);
        return c.json({ user_id: userId, item_ids } satisfies PersonHistory);
      },
    },
    { rate: "recommendation" },
  );
  endpoint(
    "/trained_model/:id/recommend_using_profile_interaction",
    {
      POST: async (c) => {
        const model = await modelOf(c);
        const request = await parseBody(c, profileRequest);
        return c.json({ recommendations: await recommendForProfile(deps, model, request).catch(asStyled) });
      },
    },
    { rate: "recommendation", role: "viewer" },
  );
  endpoint(
    "/trained_model/:id/sample_recommendation_raw",
    {
      GET: async (c) =>
        c.json(await sampleRecommendation(deps, await modelOf(c), reasonsOf(c)).catch(asStyled)),
    },
    { rate: "recommendation" },
  );
  endpoint(
    "/trained_model/:id/sample_recommendation_metadata/:metadataId",
    {
      GET: rowHandler(deps.db, trainedModels, async (c, row, viewer) =>
        c.json(await sampleWithMetadata(deps, viewer, row, idParam(c, "metadataId"))),
      ),
    },
    { rate: "recommendation" },
  );
}
