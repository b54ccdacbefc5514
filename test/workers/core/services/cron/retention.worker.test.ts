import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { auditEntry } from "#db/audit-schema.ts";
import { project, taskLog } from "#db/schema.ts";
import { pruneHistory } from "#services/cron/retention.ts";
import { createProject, join, testApi } from "../../../runtime/api.ts";

const DAY_MS = 86_400_000;

async function setUp() {
  const api = testApi();
  await join(api);
  return { api, ann: await join(api) };
}

describe("retention", () => {
  it("deletes old lines of logs and old entries of the audit log, and nothing else", async () => {
    const { api, ann } = await setUp();
    const { id: projectId } = await createProject(ann);
    const now = api.deps.clock();
    const lines = [now - 100 * DAY_MS, now - 80 * DAY_MS].map((createdAt, at) => ({
      ...{ projectId, lineNumber: at + 1, contents: `line ${at}`, createdAt },
    }));
    await api.deps.db.insert(taskLog).values(lines);
    await pruneHistory(api.deps, { taskLogDays: 90, auditDays: null });
    const left = await api.deps.db.select().from(taskLog).where(eq(taskLog.projectId, projectId));
    expect(left.map(({ contents }) => contents)).toEqual(["line 1"]);
    const entries = () => api.deps.db.select({ count: sql<number>`count(*)` }).from(auditEntry);
    const [before] = await entries();
    expect(before?.count).toBeGreaterThan(0);
    api.advance(800 * DAY_MS);
    await pruneHistory(api.deps, { taskLogDays: null, auditDays: 730 });
    expect((await entries())[0]?.count).toBe(0);
    const projects = await api.deps.db.select().from(project).where(eq(project.id, projectId));
    expect(projects).toHaveLength(1);
  });
});
