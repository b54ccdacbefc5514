/** The OpenAPI 3.1 document: the registered routes, described by the contract's schemas. */
import { z } from "zod";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import { detailError, fieldErrors } from "#contract/error.ts";
import type { Operation } from "../middleware/endpoint.ts";
import { describeForm } from "./describe-form.ts";
import type { Description, Descriptions } from "./description.ts";

type Json = Record<string, unknown>;

const VERSION = "1";

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  return json;
}

/** `/project/:id` as documents write it; patterns of parameters are left out. */
export function documentPath(path: string): string {
  const named = path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}");
  return named === "/" ? "/api/v1/" : `/api/v1${named}/`;
}

function parametersOf(path: string, query: readonly string[]): Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "integer", minimum: 1 },
  }));
  const inQuery = query.map((name) => ({ name, in: "query", required: false, schema: { type: "string" } }));
  return [...inPath, ...inQuery];
}

function bodyOf({ body, form }: Description): Json {
  if (form) {
    const fields = Object.fromEntries(form.map((name) => [name, { type: "string" }]));
    const properties = { ...fields, file: { type: "string", contentMediaType: "application/octet-stream" } };
    const schema = { type: "object", properties, required: [...form, "file"] };
    return { requestBody: { required: true, content: { "multipart/form-data": { schema } } } };
  }
  if (!body) return {};
  return {
    requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } },
  };
}

function goodAnswer({ answer, isFile }: Description): Json {
  if (isFile) return { description: "A file", content: { "*/*": {} } };
  if (!answer) return { description: "Nothing" };
  return { description: "Done", content: { "application/json": { schema: schemaOf(answer, "output") } } };
}

const REFUSAL = {
  description: "Refused: sentences by field, or one detail",
  content: {
    "application/json": {
      schema: { anyOf: [schemaOf(detailError, "output"), schemaOf(fieldErrors, "output")] },
    },
    // A page where there is no such address, as in the original.
    "text/html": {},
  },
};

function operationOf(operation: Operation, description: Description): Json {
  const { path, method, access } = operation;
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, "_")}`,
    summary: description.summary,
    tags: [path.split("/")[1] || "root"],
    parameters: parametersOf(path, description.query ?? []),
    ...bodyOf(description),
    responses: { [description.status ?? 200]: goodAnswer(description), "4XX": REFUSAL },
    ...(access === "public" ? { security: [] } : {}),
  };
}

/** What OPTIONS says of a path: the form of each method that takes a body. */
export function formOf(
  path: string,
  methods: readonly Operation["method"][],
  descriptions: Descriptions,
): Json {
  const described = methods.flatMap((method) => {
    const description = descriptions[descriptionKey({ method, path })];
    return description?.body && method !== "PATCH" ? [[method, description] as const] : [];
  });
  return describeForm(path, Object.fromEntries(described));
}

/** An operation without a description appears with its bare name; a test sees to it that there is none. */
export function buildDocument(
  operations: readonly Operation[],
  descriptions: Descriptions,
  title: string,
): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const key = descriptionKey(operation);
    const description = descriptions[key] ?? { summary: key };
    const path = documentPath(operation.path);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationOf(operation, description) };
  }
  return {
    openapi: "3.1.0",
    info: { title, version: VERSION },
    security: [{ bearer: [] }, { cookie: [] }, { key: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        cookie: { type: "apiKey", in: "cookie", name: ACCESS_COOKIE },
        key: { type: "apiKey", in: "header", name: "X-API-Key" },
      },
    },
  };
}

export function descriptionKey({ method, path }: Pick<Operation, "method" | "path">): string {
  return `${method} ${path.replace(/\{[^}]*\}/g, "")}`;
}
