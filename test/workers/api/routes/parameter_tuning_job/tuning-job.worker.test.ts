import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { pageOf } from "#contract/primitives.ts";
import { trialResponse, tuningJobResponse } from "#contract/tuning-job.ts";
import type { Study } from "#jobs/study-job.ts";
import { markStudy } from "#services/tuning/studies.ts";
import { bodyOf, readAs } from "../../../runtime/api.ts";
import { post, readyData, studyParts } from "../../../runtime/study.ts";

describe("parameter_tuning_job", () => {
  it("starts with the defaults, lists its trials and is cancelled", async () => {
    const { api, ann, data, split, evaluation } = await studyParts();
    const body = {
      data,
      split,
      evaluation,
      status: "COMPLETED",
      best_score: 0.99,
      tried_algorithms_json: ["TopPopOptimizer", "IALS"],
    };
    const job = await readAs(tuningJobResponse, await ann.call("POST", "/parameter_tuning_job/", body), 201);
    expect(job).toMatchObject({ status: "PENDING", n_trials: 40, memory_budget: 8000, best_score: null });
    expect(
      await readAs(z.array(trialResponse), await ann.call("GET", `/parameter_tuning_job/${job.id}/trials/`)),
    ).toEqual([]);
    await readAs(tuningJobResponse, await ann.call("POST", `/parameter_tuning_job/${job.id}/cancel/`));
    expect(api.calls).toEqual([
      ["tune", job.id],
      ["cancelTuning", job.id],
    ]);
    await env.DB.prepare("update tuning_job set status = 'COMPLETED' where id = ?").bind(job.id).run();
    expect((await ann.call("POST", `/parameter_tuning_job/${job.id}/cancel/`)).status).toBe(409);
  });

  it("is paused and resumed while it is open, and shows its state", async () => {
    const { api, ann, data, split, evaluation } = await studyParts();
    const id = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
    const steer = async (name: string) =>
      (await ann.call("POST", `/parameter_tuning_job/${id}/${name}/`)).status;
    expect(await steer("resume")).toBe(409);
    expect(await steer("pause")).toBe(200);
    const study = (pausedAt: number | null) => ({ spec: { jobId: id }, pausedAt }) as unknown as Study;
    await markStudy(api.deps, study(7));
    const paused = await ann.call("GET", `/parameter_tuning_job/?status=PAUSED&data=${data}`);
    expect((await readAs(pageOf(tuningJobResponse), paused)).results.map((job) => job.id)).toEqual([id]);
    expect((await ann.call("PATCH", `/parameter_tuning_job/${id}/`, { n_trials: 3 })).status).toBe(409);
    expect(await steer("resume")).toBe(200);
    await markStudy(api.deps, study(null));
    expect(api.calls.map(([name]) => name)).toEqual(["tune", "pauseTuning", "resumeTuning"]);
    await env.DB.prepare("update tuning_job set status = 'COMPLETED' where id = ?").bind(id).run();
    await markStudy(api.deps, study(7));
    expect([await steer("pause"), await steer("resume")]).toEqual([409, 409]);
  });

  it.each([
    [{ n_trials: 0 }, { n_trials: ["Ensure this value is greater than or equal to 1."] }],
    [{ n_tasks_parallel: -1 }, { n_tasks_parallel: ["Ensure this value is greater than or equal to 1."] }],
    [
      { n_trials: "many", memory_budget: null },
      { n_trials: ["A valid integer is required."], memory_budget: ["This field may not be null."] },
    ],
    [{ train_after_tuning: "perhaps" }, { train_after_tuning: ["Must be a valid boolean."] }],
    [{ tried_algorithms_json: "IALS" }, { tried_algorithms_json: ["Must be a JSON array of strings."] }],
    [
      { tried_algorithms_json: ["Nope"] },
      { tried_algorithms_json: [expect.stringContaining('"Nope" is not a known algorithm.')] },
    ],
    [{ tried_algorithms_json: [] }, { tried_algorithms_json: [expect.any(String)] }],
  ])("refuses %j", async (fields, errors) => {
    const { ann, data, split, evaluation } = await studyParts();
    const response = await ann.call("POST", "/parameter_tuning_job/", { data, split, evaluation, ...fields });
    expect([response.status, await bodyOf(response)]).toEqual([400, errors]);
  });

  it.each([
    [{ scheme: "TG" }, {}, "split"],
    [{ n_test_users: 0 }, {}, "split"],
    [{ n_heldout: -1 }, {}, "split"],
    [{}, { cutoff: 0 }, "evaluation"],
  ])("refuses the impossible split %j with evaluation %j", async (splitFields, evaluationFields, field) => {
    const { api, ann, data } = await studyParts();
    const split = await post(ann, "/split_config/", splitFields);
    const evaluation = await post(ann, "/evaluation_config/", evaluationFields);
    const response = await ann.call("POST", "/parameter_tuning_job/", { data, split, evaluation });
    expect([response.status, Object.keys((await bodyOf(response)) as object)]).toEqual([400, [field]]);
    expect(api.calls).toEqual([]);
  });

  it("needs data that is there and read", async () => {
    const { ann, project, split, evaluation } = await studyParts();
    const gone = await readyData(project.id, { fileKey: null, filesize: null });
    const busy = await readyData(project.id, { status: "INGESTING" });
    const bad = await readyData(project.id, { status: "FAILED", error: "no such column", fileKey: null });
    const refused = async (data: number) =>
      bodyOf(await ann.call("POST", "/parameter_tuning_job/", { data, split, evaluation }));
    expect(await refused(gone)).toEqual({ data: [`Data ${gone} has been deleted.`] });
    expect(await refused(busy)).toEqual({ data: [expect.stringContaining("still being read")] });
    expect(await refused(bad)).toEqual({ data: [expect.stringContaining("no such column")] });
  });

  it("refuses what does not fit in memory, naming what to change", async () => {
    const { api, ann, project, split, evaluation } = await studyParts();
    const data = await readyData(project.id, {
      report: { users: 60_000, items: 80_000, interactions: 2_000_000 },
    });
    const refused = async (fields: object) => {
      const body = { data, split, evaluation, ...fields };
      const response = await ann.call("POST", "/parameter_tuning_job/", body);
      return [response.status, await bodyOf(response)];
    };
    expect(await refused({ memory_budget: 20 })).toEqual([
      400,
      { memory_budget: [expect.stringContaining("and 20 MB are available.")] },
    ]);
    expect(await refused({ tried_algorithms_json: ["DenseSLIM"] })).toEqual([
      400,
      { tried_algorithms_json: ["DenseSLIM takes 4096 items at most, not 80000."] },
    ]);
    expect(api.calls).toEqual([]);
  });

  it("says what it leaves out, before it starts and in the answer", async () => {
    const { ann, bob, project, split, evaluation } = await studyParts();
    const data = await readyData(project.id, {
      report: { users: 900, items: 5_000, interactions: 80_000 },
    });
    const tried_algorithms_json = ["DenseSLIM", "TopPop"];
    const left_out = [{ algorithm: "DenseSLIM", reason: "DenseSLIM takes 4096 items at most, not 5000." }];
    const estimate = { data, tried_algorithms_json };
    const before = await ann.call("POST", "/parameter_tuning_job/estimate/", estimate);
    expect(await bodyOf(before)).toEqual({ algorithms: ["TopPop"], left_out, sample: null });
    expect((await bob.call("POST", "/parameter_tuning_job/estimate/", estimate)).status).toBe(400);
    const body = { data, split, evaluation, tried_algorithms_json };
    const job = await readAs(tuningJobResponse, await ann.call("POST", "/parameter_tuning_job/", body), 201);
    expect(job.left_out).toEqual(left_out);
    const shown = await readAs(tuningJobResponse, await ann.call("GET", `/parameter_tuning_job/${job.id}/`));
    expect(shown).toMatchObject({ left_out, test_part: null });
  });

  it("refuses rows of another owner as if they did not exist", async () => {
    const { bob, ann, data, split, evaluation } = await studyParts();
    const foreign = await bodyOf(
      await bob.call("POST", "/parameter_tuning_job/", { data, split, evaluation }),
    );
    const ids = { data: 999_999, split: 999_999, evaluation: 999_999 };
    expect(foreign).toEqual({
      data: ["Data not found."],
      split: ["Split config not found."],
      evaluation: ["Evaluation config not found."],
    });
    expect(await bodyOf(await bob.call("POST", "/parameter_tuning_job/", ids))).toEqual(foreign);
    const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
    for (const path of ["", "trials/"]) {
      expect((await bob.call("GET", `/parameter_tuning_job/${job}/${path}`)).status).toBe(404);
    }
    expect((await bob.call("POST", `/parameter_tuning_job/${job}/cancel/`)).status).toBe(404);
    const filter = await ann.call("GET", "/parameter_tuning_job/?status=DONE");
    expect(await bodyOf(filter)).toEqual({
      status: ["Select a valid choice. DONE is not one of the available choices."],
    });
  });
});
