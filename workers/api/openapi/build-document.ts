/** The OpenAPI 3.1 document: the registered routes and those of serving, described by the contract's schemas. */
import type { z } from "zod";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import { detailError, refusal } from "#contract/error.ts";
import type { Operation } from "../middleware/endpoint.ts";
import { Components } from "./components.ts";
import { contractSchemas } from "./contract-schemas.ts";
import { describeForm } from "./describe-form.ts";
import type { Description, Descriptions } from "./description.ts";
import { operationId, typeName } from "./operation-ids.ts";
import type { QueryParameters } from "./query-parameters.ts";
import { servingPaths } from "./serving-operations.ts";

type Json = Record<string, unknown>;

const VERSION = "1";
const FILE = { type: "string", format: "binary", contentMediaType: "application/octet-stream" };

/** `/project/:id` in the document's form; patterns of parameters are left out. */
export function documentPath(path: string): string {
  const named = path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}");
  return named === "/" ? "/api/v1/" : `/api/v1${named}/`;
}

function parametersOf(path: string, query: QueryParameters): Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "integer", minimum: 1 },
  }));
  const inQuery = Object.entries(query).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema,
  }));
  return [...inPath, ...inQuery];
}

/** Writes the parts of one operation, and collects the schemas that they use. */
class OperationWriter {
  readonly #components: Components;
  readonly #id: string;

  constructor(components: Components, id: string) {
    this.#components = components;
    this.#id = id;
  }

  body({ body, form, isBytes }: Description): Json {
    if (isBytes) return { requestBody: required({ "application/octet-stream": { schema: FILE } }) };
    if (form) return { requestBody: required({ "multipart/form-data": { schema: this.#form(form) } }) };
    if (!body) return {};
    return { requestBody: required({ "application/json": { schema: this.#schema(body, "input") } }) };
  }

  responses({ answer, isFile, status = 200, otherwise }: Description): Json {
    return {
      ...(otherwise && {
        200: { description: otherwise.when, content: jsonOf(this.#schema(otherwise.answer, "output")) },
      }),
      [status]: isFile
        ? { description: "A file", content: { "*/*": { schema: FILE } } }
        : answer
          ? { description: "Done", content: jsonOf(this.#schema(answer, "output")) }
          : { description: "Nothing" },
      "4XX": {
        description: "Refused: sentences by field, or one detail",
        content: jsonOf(this.#components.refTo(refusal, "output", "Refusal")),
      },
      "5XX": {
        description: "Failed",
        content: jsonOf(this.#components.refTo(detailError, "output", "DetailError")),
      },
    };
  }

  /** The fields of a form and its file; the fields come first. */
  #form(fields: z.ZodObject): Json {
    const file = { type: "object", properties: { file: FILE }, required: ["file"] };
    if (Object.keys(fields.shape).length === 0) return file;
    return { allOf: [this.#components.refTo(fields, "input", `${typeName(this.#id)}Fields`), file] };
  }

  #schema(schema: z.ZodType, io: "input" | "output"): Json {
    const suffix = io === "input" ? "Request" : "Response";
    return this.#components.refTo(schema, io, `${typeName(this.#id)}${suffix}`);
  }
}

function required(content: Json): Json {
  return { required: true, content };
}

function jsonOf(schema: Json): Json {
  return { "application/json": { schema } };
}

function operationOf(operation: Operation, description: Description, components: Components): Json {
  const { path, access } = operation;
  const id = operationId({ ...operation, path: path.replace(/\{[^}]*\}/g, "") }, description.isList ?? false);
  const writer = new OperationWriter(components, id);
  return {
    operationId: id,
    summary: description.summary,
    tags: [path.split("/")[1] || "root"],
    parameters: parametersOf(path, description.query ?? {}),
    ...writer.body(description),
    responses: writer.responses(description),
    ...(access === "public" ? { security: [] } : {}),
  };
}

/** The answer to OPTIONS for a path: the form of each method with a body, without the `hidden` fields. */
export function formOf(
  path: string,
  methods: readonly Operation["method"][],
  descriptions: Descriptions,
  hidden: readonly string[],
): Json {
  const described = methods.flatMap((method) => {
    const description = descriptions[descriptionKey({ method, path })];
    return description?.body && method !== "PATCH" ? [[method, description] as const] : [];
  });
  return describeForm(path, Object.fromEntries(described), hidden);
}

/** An operation without a description appears with its bare name; a test makes sure that there is none. */
export function buildDocument(
  operations: readonly Operation[],
  descriptions: Descriptions,
  title: string,
): Json {
  const components = new Components(contractSchemas());
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const key = descriptionKey(operation);
    const description = descriptions[key] ?? { summary: key };
    const path = documentPath(operation.path);
    const written = operationOf(operation, description, components);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: written };
  }
  Object.assign(paths, servingPaths(components));
  return {
    openapi: "3.1.0",
    info: { title, version: VERSION },
    security: [{ bearer: [] }, { cookie: [] }, { key: [] }],
    paths,
    components: {
      schemas: components.schemas(),
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
