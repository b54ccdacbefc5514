import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { health } from "#contract/health.ts";
import type { Database } from "#db/database.ts";
import { routingMark } from "#db/routing-schema.ts";
import { trainingData } from "#db/schema.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { readyData } from "../../../runtime/study.ts";

describe("/health", () => {
  it.each(["/health", "/health/"])("says at %s that all is well", async (path) => {
    const response = await testApi().fetch(path);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const checks = { database: "ok", store: "ok", routing: "ok", work: "ok" };
    expect(await readAs(health, response)).toEqual({ status: "healthy", checks });
    const head = await testApi().fetch(path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("is 503 without a database, and only the log says why", async () => {
    const run = () => Promise.reject(new Error("D1_ERROR: a secret place"));
    const api = testApi({ db: { run } as unknown as Database });
    const response = await api.fetch("/health");
    const body = await readAs(health, response, 503);
    const checks = { database: "failed", store: "ok", routing: "ok" };
    expect(body).toEqual({ status: "unhealthy", checks });
    expect(JSON.stringify(api.logged)).toContain("a secret place");
  });

  it("names what fails or is late, and stays 200 while the API answers", async () => {
    const away = () => Promise.reject(new Error("away"));
    const stores = { store: { head: away } as unknown as R2Bucket };
    const broken = await readAs(health, await testApi(stores).fetch("/health"));
    expect(broken).toMatchObject({ status: "degraded", checks: { store: "failed", database: "ok" } });
    const api = testApi();
    const ann = await join(api);
    const { id: projectId } = await createProject(ann);
    const dataId = await readyData(projectId);
    await api.deps.db
      .update(trainingData)
      .set({ status: "PENDING", updatedAt: api.deps.clock() })
      .where(eq(trainingData.id, dataId));
    expect((await readAs(health, await api.fetch("/health"))).checks.work).toBe("ok");
    api.advance(16 * 60_000);
    await api.deps.db.insert(routingMark).values({ name: "project:1", problem: "KV said no" });
    const late = await readAs(health, await api.fetch("/health"));
    expect(late).toMatchObject({ status: "degraded", checks: { work: "late", routing: "late" } });
  });

  it("says that no process for jobs starts, and only the log says why", async () => {
    const api = testApi({ askJobProcesses: () => Promise.reject(new Error("no such program")) });
    const found = await readAs(health, await api.fetch("/health"));
    expect(found).toMatchObject({ status: "degraded", checks: { database: "ok", work: "failed" } });
    expect(JSON.stringify(found)).not.toContain("no such program");
    expect(JSON.stringify(api.logged)).toContain("no such program");
  });

  it("can only be read", async () => {
    const response = await testApi().fetch("/health", { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });
});

describe("an address without a route", () => {
  it.each(["/admin/", "/healthz", "/api/nothing/", "/api/v1/nothing", "/ws/other"])(
    "is 404 as JSON at %s",
    async (path) => {
      const api = testApi();
      const response = await api.fetch(path, { headers: { accept: "text/html" } });
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ detail: "Not found." });
    },
  );

  it("is the original's page below /api where answers are exactly Recotem's", async () => {
    const api = testApi({ dialect: recotemDialect });
    const page = await api.fetch("/api/v1/nothing/");
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
    expect((await api.fetch("/admin/")).headers.get("content-type")).toContain("json");
  });
});
