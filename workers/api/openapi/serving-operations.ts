/** The routes of the serving Worker and `/health`, which this origin also answers. */
import * as z from "zod";
import { refusal } from "#contract/error.ts";
import { health } from "#contract/health.ts";
import { servingRefusal } from "#contract/inference.ts";
import type { ServingRoute } from "#contract/serving-route.ts";
import { SERVING_ROUTES, USER_ROUTES } from "#contract/serving-routes.ts";
import type { Components } from "./components.ts";
import { typeName } from "./operation-ids.ts";

type Json = Record<string, unknown>;

const KEY_ONLY = [{ key: [] }];

export function servingPaths(components: Components): Record<string, Json> {
  const routes: readonly ServingRoute[] = [...Object.values(SERVING_ROUTES), ...USER_ROUTES];
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operationOf(route, components),
    };
  }
  return {
    ...paths,
    "/health": {
      get: {
        operationId: "health_retrieve",
        summary: "Check whether the management API can answer",
        tags: ["health"],
        responses: {
          "200": answerOf(health, "It can", components),
          "503": answerOf(health, "It cannot", components),
        },
        security: [],
      },
    },
  };
}

function operationOf(route: ServingRoute, components: Components): Json {
  const { operationId, summary, description, tag, body, answer, alsoAnswers, refusals, needsKey } = route;
  const refused = Object.entries(refusals).map(([status, why]) => [
    status,
    answerOf(USER_ROUTES.includes(route) ? refusal : servingRefusal, why, components),
  ]);
  const parameters = parametersOf(route);
  return {
    operationId,
    summary,
    ...(description && { description }),
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: components.refTo(body, "input", `${typeName(operationId)}Request`) },
        },
      },
    }),
    responses: {
      [route.answerStatus ?? "200"]: answerOf(answer, "Done", components),
      ...(alsoAnswers && { [alsoAnswers.status]: answerOf(answer, alsoAnswers.meaning, components) }),
      ...Object.fromEntries(refused),
    },
    security: needsKey ? KEY_ONLY : [],
  };
}

/** The contract has a name for every answer. */
function answerOf(schema: z.ZodType, description: string, components: Components): Json {
  return { description, content: { "application/json": { schema: components.refTo(schema, "output", "") } } };
}

function parametersOf({ params, query }: ServingRoute): Json[] {
  const inPath = fieldsOf(params).map(([name, schema]) => ({ name, in: "path", required: true, schema }));
  const inQuery = query
    ? fieldsOf(query).map(([name, schema]) => ({ name, in: "query", required: false, schema }))
    : [];
  return [...inPath, ...inQuery];
}

/** Each field of an object with its schema as JSON. */
function fieldsOf(schema: z.ZodObject): [string, Json][] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties) as [string, Json][];
}
