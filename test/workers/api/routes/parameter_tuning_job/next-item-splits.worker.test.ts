import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { splitConfigResponse } from "#contract/study-config.ts";
import { jobEstimate } from "#contract/tuning-job.ts";
import { openDatabase } from "#db/database.ts";
import { project } from "#db/schema.ts";
import { studySpecOf } from "#services/tuning/studies.ts";
import { bodyOf, readAs } from "../../../runtime/api.ts";
import { post, studyParts } from "../../../runtime/study.ts";

async function setUp(timeColumn: string | null) {
  const parts = await studyParts();
  const { ann, data, evaluation } = parts;
  const { project: id } = (await bodyOf(await ann.call("GET", `/training_data/${data}/`))) as {
    project: number;
  };
  await openDatabase(env.DB).update(project).set({ timeColumn }).where(eq(project.id, id));
  const splitOf = (body: object) => post(ann, "/split_config/", body);
  const tune = async (body: object) =>
    ann.call("POST", "/parameter_tuning_job/", { data, evaluation, split: await splitOf(body) });
  return { ...parts, splitOf, tune };
}

it("a study of what comes next has its split, and tries models of sequences", async () => {
  const { api, ann, data, splitOf, tune } = await setUp("when");
  const id = await splitOf({ scheme: "sessions", n_heldout: 3, keeps_seen: false });
  const kept = await readAs(splitConfigResponse, await ann.call("GET", `/split_config/${id}/`));
  expect(kept).toMatchObject({ scheme: "sessions", n_heldout: 3, keeps_seen: false });
  const started = await tune({ scheme: "next-item", keeps_seen: true });
  expect(started.status).toBe(201);
  const spec = await studySpecOf(api.deps, ((await started.json()) as { id: number }).id);
  expect(spec?.split).toMatchObject({ scheme: "next-item", keeps_seen: true, n_heldout: null });
  const algorithmsFor = async (body: object) => {
    const answer = await ann.call("POST", "/parameter_tuning_job/estimate/", { data, ...body });
    return (await readAs(jobEstimate, answer)).algorithms;
  };
  expect(await algorithmsFor({ split_scheme: "next-item" })).toContain("TwoSidedKNN");
  expect(await algorithmsFor({ split_scheme: "sessions" })).toContain("SessionKNN");
  expect(await algorithmsFor({ split_scheme: "RG" })).toEqual(await algorithmsFor({}));
  expect(await algorithmsFor({})).not.toContain("TwoSidedKNN");
});

it.each([
  ["when", { scheme: "next-item", n_test_users: 3 }, "n_test_users"],
  ["when", { scheme: "sessions", heldout_ratio: 0 }, "heldout_ratio"],
  ["when", { scheme: "time", n_heldout: 0 }, "n_heldout"],
  [null, { scheme: "next-item" }, "time column"],
])("a study of what comes next, with time column %j, is refused for %j", async (time, body, named) => {
  const { tune } = await setUp(time);
  const refused = await tune(body);
  expect([refused.status, await bodyOf(refused)]).toEqual([400, { split: [expect.stringContaining(named)] }]);
});
