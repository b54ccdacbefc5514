import { describe, expect, it } from "vitest";
import { z } from "zod";
import committed from "../../../docs/openapi.json";
import type { Operation } from "../../../workers/api/middleware/endpoint.ts";
import { descriptionKey } from "../../../workers/api/openapi/build-document.ts";
import { DESCRIPTIONS } from "../../../workers/api/openapi/descriptions.ts";
import { readAs, testApi } from "../runtime/api.ts";

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  responses: z.record(z.string(), z.unknown()),
});
const openApi = z.looseObject({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

async function readDocument() {
  return readAs(openApi, await testApi().fetch("/api/v1/schema/?format=json"));
}

describe("schema", () => {
  it("is committed as it is: after a change, npm run gen writes it anew", async () => {
    const document = await (await testApi().fetch("/api/v1/schema/?format=json")).json();
    expect(document).toEqual(committed);
  });

  it("describes every route, and nothing else", async () => {
    const { paths } = await readDocument();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const expected = Object.keys(DESCRIPTIONS).map((key) => {
      const [method, path = ""] = key.split(" ");
      const named = path.replace(/:(\w+)/g, "{$1}");
      return `${method} /api/v1${named === "/" ? "/" : `${named}/`}`;
    });
    expect(described.sort()).toEqual(expected.sort());
  });

  it("gives each operation an id of its own, and fields their limits", async () => {
    const { paths } = await readDocument();
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const body = JSON.stringify(paths["/api/v1/split_config/"]?.post);
    expect(body).toContain('"heldout_ratio":{"type":"number","minimum":0,"maximum":1');
    expect(body).toContain('"enum":["RG","TG","TU"]');
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
