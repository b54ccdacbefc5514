/** The routes of the serving Worker and `/health`, which this origin answers beside the management API. */
import type { z } from "zod";
import { health } from "#contract/health.ts";
import {
  predictRequest,
  predictResponse,
  recommendationsResponse,
  servingHealth,
  servingRefusal,
} from "#contract/inference.ts";
import { MAX_RECOMMENDATIONS_LIMIT } from "#contract/limits.ts";
import type { Components } from "./components.ts";

type Json = Record<string, unknown>;

const KEY_ONLY = [{ key: [] }];

const REFUSALS: Readonly<Record<string, string>> = {
  "401": "No key, or none that is good",
  "403": "The key is of another project or lacks the scope `predict`",
  "404": "The project serves nothing yet",
  "422": "The fields at fault",
  "503": "No model can be used",
};

export function servingPaths(components: Components): Record<string, Json> {
  const answer = (schema: z.ZodType, description: string) => ({
    description,
    content: { "application/json": { schema: components.refTo(schema, "output", "") } },
  });
  const refusals = Object.entries(REFUSALS).map(([status, description]) => [
    status,
    answer(servingRefusal, description),
  ]);
  return {
    "/inference/predict/project/{project_id}": {
      post: {
        operationId: "predict_by_project_predict_project__project_id__post",
        summary: "Recommend to a person, or to who likes some items",
        description:
          "`strategy` says how the list came about: `personal` from the model and the person's own history, `profile` from the items in the " +
          "request, `popular` where the model knows neither the person nor an item of the request. Nobody gets a 404 for being unknown.",
        tags: ["inference"],
        parameters: [pathParameter("project_id", { type: "integer", minimum: 1 })],
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: components.refTo(predictRequest, "input", "PredictRequest") },
          },
        },
        responses: { "200": answer(predictResponse, "Done"), ...Object.fromEntries(refusals) },
        security: KEY_ONLY,
      },
    },
    "/inference/health": {
      get: {
        operationId: "health_check_health_get",
        summary: "Tell that serving is up",
        tags: ["inference"],
        responses: { "200": answer(servingHealth, "Done") },
        security: [],
      },
    },
    "/recommendations/{user_id}": {
      get: {
        operationId: "recommendations_retrieve",
        summary: "Recommend to a person, a page at a time",
        tags: ["recommendations"],
        parameters: [
          pathParameter("user_id", { type: "string" }),
          queryParameter("limit", {
            type: "integer",
            minimum: 1,
            maximum: MAX_RECOMMENDATIONS_LIMIT,
            default: 20,
          }),
          queryParameter("offset", { type: "integer", minimum: 0, default: 0 }),
        ],
        responses: { "200": answer(recommendationsResponse, "Done"), ...Object.fromEntries(refusals) },
        security: KEY_ONLY,
      },
    },
    "/health": {
      get: {
        operationId: "health_retrieve",
        summary: "Tell whether the management API can answer",
        tags: ["health"],
        responses: { "200": answer(health, "It can"), "503": answer(health, "It cannot") },
        security: [],
      },
    },
  };
}

function pathParameter(name: string, schema: Json): Json {
  return { name, in: "path", required: true, schema };
}

function queryParameter(name: string, schema: Json): Json {
  return { name, in: "query", required: false, schema };
}
