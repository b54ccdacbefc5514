/** Counts and pages of lists that combine several statements. */
import { describe, expect, it } from "vitest";
import { pageOf } from "#contract/primitives.ts";
import { taskLogResponse } from "#contract/task.ts";
import { tuningJobResponse } from "#contract/tuning-job.ts";
import { recordTaskLog } from "#services/accounts/task-logs.ts";
import { createProject, join, type Person, readAs, testApi } from "../../runtime/api.ts";
import { post, readyData } from "../../runtime/study.ts";

const LINES = 23;

async function withLog(person: Person, deps: ReturnType<typeof testApi>["deps"]) {
  const project = await createProject(person);
  const data = await readyData(project.id);
  const split = await post(person, "/split_config/", {});
  const evaluation = await post(person, "/evaluation_config/", {});
  const job = await post(person, "/parameter_tuning_job/", { data, split, evaluation });
  const lines = Array.from({ length: LINES }, (_, at) => ({
    lineNumber: at + 1,
    at,
    contents: `line ${at}`,
  }));
  await recordTaskLog(deps, { kind: "tuning_job", id: job }, lines);
  return { project, job };
}

const logPage = async (person: Person, query = "") =>
  readAs(pageOf(taskLogResponse), await person.call("GET", `/task_log/${query}`));

describe("a list", () => {
  it("counts the rows that the caller sees: an owner's own, all for staff, no deleted ones", async () => {
    const api = testApi();
    const staff = await join(api);
    const ann = await join(api);
    const bob = await join(api);
    const before = (await logPage(staff)).count;
    const { project } = await withLog(ann, api.deps);
    await withLog(bob, api.deps);
    expect((await logPage(ann)).count).toBe(LINES);
    expect((await logPage(staff)).count).toBe(before + 2 * LINES);
    expect((await ann.call("DELETE", `/project/${project.id}/`)).status).toBe(204);
    expect((await logPage(ann)).count).toBe(0);
    expect((await logPage(staff)).count).toBe(before + LINES);
  });

  it("has every row on one page, newest first, filtered or not", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { job } = await withLog(ann, api.deps);
    await withLog(ann, api.deps);
    for (const [filter, total] of [
      ["", 2 * LINES],
      [`tuning_job_id=${job}&`, LINES],
    ] as const) {
      const ids: number[] = [];
      for (let page = 1; page <= Math.ceil(total / 10); page++) {
        const shown = await logPage(ann, `?${filter}page_size=10&page=${page}`);
        expect(shown.count).toBe(total);
        ids.push(...shown.results.map(({ id }) => id));
      }
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
      expect(ids).toHaveLength(total);
    }
  });

  it("without rows is empty, and has no page past its end", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const empty = await readAs(pageOf(tuningJobResponse), await ann.call("GET", "/parameter_tuning_job/"));
    expect(empty).toEqual({ count: 0, next: null, previous: null, results: [] });
    expect((await ann.call("GET", "/parameter_tuning_job/?page=2")).status).toBe(404);
  });
});
