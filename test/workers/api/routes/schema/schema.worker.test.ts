import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Operation } from "#api/middleware/endpoint.ts";
import { descriptionKey } from "#api/openapi/build-document.ts";
import { DESCRIPTIONS } from "#api/openapi/descriptions.ts";
import { MAX_NAME_LENGTH } from "#contract/primitives.ts";
import { SERVING_ROUTES, USER_ROUTES } from "#contract/serving-routes.ts";
import { JOB_STATUSES } from "#contract/tuning-job.ts";
import committed from "../../../../../docs/openapi.json";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";

const parameter = z.looseObject({ name: z.string(), in: z.string(), schema: z.looseObject({}) });
const operation = z.looseObject({
  parameters: z.array(parameter).optional(),
  operationId: z.string(),
  summary: z.string(),
  responses: z.record(z.string(), z.unknown()),
});
const openApi = z.looseObject({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

async function readDocument() {
  return readAs(openApi, await testApi().fetch("/api/v1/schema/?format=json"));
}

describe("schema", () => {
  it("is committed as it is: after a change, npm run gen writes it again", async () => {
    const document = await (await testApi().fetch("/api/v1/schema/?format=json")).json();
    expect(document).toEqual(committed);
  });

  it("describes every route, and nothing else", async () => {
    const { paths } = await readDocument();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const serving = [...Object.values(SERVING_ROUTES), ...USER_ROUTES].map(
      ({ method, path }) => `${method} ${path}`,
    );
    const expected = Object.keys(DESCRIPTIONS).map((key) => {
      const [method, path = ""] = key.split(" ");
      const named = path.replace(/:(\w+)/g, "{$1}");
      return `${method} /api/v1${named === "/" ? "/" : `${named}/`}`;
    });
    expect(described.sort()).toEqual([...expected, ...serving, "GET /health"].sort());
  });

  it("gives each operation an id of its own, and fields their limits", async () => {
    const { paths, components } = await readDocument();
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const body = JSON.stringify(components.schemas.SplitConfigRequest);
    expect(body).toContain('"heldout_ratio":{"type":"number","minimum":0,"maximum":1');
    expect(body).toContain('"enum":["RG","TG","TU","cold_items","cold_users","next-item","sessions","time"]');
  });

  it.each([
    ["get", "/api/v1/project/{id}/", "project_retrieve"],
    ["get", "/api/v1/users/", "users_list"],
    ["patch", "/api/v1/auth/user/", "auth_user_partial_update"],
    ["get", "/api/v1/trained_model/{id}/recommendation/", "trained_model_recommendation_list"],
    ["delete", "/api/v1/training_data/{id}/unlink_file/", "training_data_unlink_file_destroy"],
    ["post", "/api/v1/retraining_schedule/{id}/trigger/", "retraining_schedule_trigger_create"],
    [
      "post",
      "/inference/predict/project/{project_id}",
      "predict_by_project_predict_project__project_id__post",
    ],
  ])("calls %s %s as Recotem does: %s", async (method, path, id) => {
    expect((await readDocument()).paths[path]?.[method]?.operationId).toBe(id);
  });

  it.each(["trained_model", "model_configuration", "training_data"])(
    "says that deleting of %s may be told to stop serving, and what it answers when a live version goes",
    async (resource) => {
      const removal = (await readDocument()).paths[`/api/v1/${resource}/{id}/`]?.delete;
      expect(removal?.parameters).toContainEqual(
        expect.objectContaining({ name: "stop_serving", schema: { type: "boolean", default: false } }),
      );
      expect(Object.keys(removal?.responses ?? {}).sort()).toEqual(["200", "204", "4XX", "5XX"]);
      expect(JSON.stringify(removal?.responses["200"])).toContain("#/components/schemas/MovedResponse");
    },
  );

  it.each(["training_data", "item_meta_data", "user_meta_data"])(
    "describes the fields that the form of %s is read by, and no others",
    async (resource) => {
      const { paths, components } = await readDocument();
      const form = JSON.stringify(paths[`/api/v1/${resource}/`]?.post);
      const [, name = ""] = /"#\/components\/schemas\/(\w*Fields|UploadForm)"/.exec(form) ?? [];
      const { properties } = z
        .looseObject({ properties: z.record(z.string(), z.unknown()) })
        .parse(components.schemas[name]);
      const api = testApi();
      const ann = await join(api);
      const refusedFields = async (fields: Record<string, string>) => {
        const body = new FormData();
        for (const [field, value] of Object.entries(fields)) body.append(field, value);
        body.append("file", new File(["user,item\n1,2\n"], "a.csv"));
        const headers = { authorization: `Bearer ${ann.session.access}` };
        const answer = await api.fetch(`/api/v1/${resource}/`, { method: "POST", headers, body });
        return Object.keys((await answer.json()) as object);
      };
      // A value that every reader of a field refuses; a column may have any short name.
      const NO_VALUE = "@abc\n";
      const { id } = await createProject(ann);
      for (const field of Object.keys(properties)) {
        const value = field === "session_column" ? "x".repeat(MAX_NAME_LENGTH + 1) : NO_VALUE;
        expect(await refusedFields({ project: String(id), [field]: value }), field).toEqual([field]);
      }
      expect(Object.keys(properties).sort()).toEqual([
        ...["header", "missing_words", "project", "separator", "session_column", "session_gap_minutes"],
      ]);
    },
  );

  it("gives query parameters the types of the filters that read them", async () => {
    const { paths } = await readDocument();
    const typesOf = (path: string) =>
      Object.fromEntries(
        (paths[path]?.get?.parameters ?? []).map(({ name, schema }) => [name, schema.enum ?? schema.type]),
      );
    expect(typesOf("/api/v1/parameter_tuning_job/")).toMatchObject({
      id: "integer",
      data: "integer",
      project: "integer",
      data__project: "integer",
      status: [...JOB_STATUSES],
      page: "integer",
      page_size: "integer",
    });
    expect(typesOf("/api/v1/split_config/")).toMatchObject({ name: "string", unnamed: "boolean" });
    expect(typesOf("/api/v1/project/")).not.toHaveProperty("page_size");
    expect(typesOf("/api/v1/training_data/{id}/preview/")).toEqual({ id: "integer", n_rows: "integer" });
  });

  it("has a schema under a name of its own for every body, answer and error", async () => {
    const { paths, components } = await readDocument();
    for (const one of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      const contents = [...Object.values(one.responses), one.requestBody].flatMap((part) =>
        Object.entries((part as { content?: Record<string, unknown> } | undefined)?.content ?? {}),
      );
      for (const [type, { schema }] of contents as [string, { schema?: { $ref?: string } }][]) {
        if (type !== "application/json") continue;
        expect(components.schemas).toHaveProperty(String(schema?.$ref).replace("#/components/schemas/", ""));
      }
    }
    expect(JSON.stringify(paths)).not.toContain("text/html");
    const form = JSON.stringify(components.schemas.UploadForm);
    expect(form).toContain('"project":{"type":"integer"');
  });

  it("is public, as YAML by default and as a page", async () => {
    const api = testApi();
    const yaml = await api.fetch("/api/v1/schema/");
    expect(yaml.headers.get("content-type")).toBe("application/vnd.oai.openapi; charset=utf-8");
    for (const page of ["swagger-ui", "redoc"]) {
      const response = await api.fetch(`/api/v1/schema/${page}/`);
      expect([response.status, response.headers.get("content-type")]).toEqual([
        200,
        "text/html; charset=UTF-8",
      ]);
      expect(await response.text()).toContain("/api/v1/project/{id}/");
    }
  });

  it("names operations without the patterns of their parameters", () => {
    const plain: Pick<Operation, "method" | "path"> = { method: "GET", path: "/project_summary/:id{[0-9]+}" };
    expect(descriptionKey(plain)).toBe("GET /project_summary/:id");
  });
});
