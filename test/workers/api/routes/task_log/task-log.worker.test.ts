import { describe, expect, it } from "vitest";
import { pageOf } from "#contract/primitives.ts";
import { taskLogResponse } from "#contract/task.ts";
import { recordTaskLog } from "#services/accounts/task-logs.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const project = await createProject(ann);
  const data = await readyData(project.id);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
  const lines = Array.from({ length: 20 }, (_, index) => ({
    lineNumber: index + 1,
    at: 1_000_000 + index,
    contents: `line ${index + 1}`,
  }));
  await recordTaskLog(api.deps, { kind: "tuning_job", id: job }, lines);
  return { api, ann, bob: await join(api), job, lines };
}

const page = pageOf(taskLogResponse);

describe("task_log", () => {
  it("lists a job's lines newest first, and those after one that is known", async () => {
    const { ann, job } = await setUp();
    const all = await readAs(page, await ann.call("GET", `/task_log/?tuning_job_id=${job}`));
    expect(all.results.map((row) => row.contents).slice(0, 2)).toEqual(["line 20", "line 19"]);
    const after = all.results[2]?.id;
    const later = await readAs(page, await ann.call("GET", `/task_log/?tuning_job_id=${job}&id_gt=${after}`));
    expect(later.count).toBe(2);
    await readAs(taskLogResponse, await ann.call("GET", `/task_log/${after}/`));
  });

  it("stores a line once, and none for a job that is gone", async () => {
    const { api, ann, job, lines } = await setUp();
    await recordTaskLog(api.deps, { kind: "tuning_job", id: job }, lines);
    await recordTaskLog(api.deps, { kind: "trained_model", id: 999_999 }, lines);
    expect((await readAs(page, await ann.call("GET", "/task_log/"))).count).toBe(20);
  });

  it("is read-only, and shows nobody else's lines", async () => {
    const { ann, bob, job } = await setUp();
    expect((await readAs(page, await bob.call("GET", `/task_log/?tuning_job_id=${job}`))).count).toBe(0);
    expect((await ann.call("POST", "/task_log/", {})).status).toBe(405);
    expect(await bodyOf(await ann.call("GET", "/task_log/?tuning_job_id=abc"))).toEqual({
      tuning_job_id: ["Enter a number."],
    });
  });
});
