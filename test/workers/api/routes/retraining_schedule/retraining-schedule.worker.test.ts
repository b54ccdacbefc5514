import { describe, expect, it } from "vitest";
import { retrainingScheduleResponse } from "#contract/retraining.ts";
import { bodyOf, createProject, join, readAs } from "../../../runtime/api.ts";
import { hourly, runs, setUp, trigger } from "../../../runtime/retraining.ts";
import { post } from "../../../runtime/study.ts";

describe("a retraining schedule", () => {
  it("is made with the original's defaults, and one per project", async () => {
    const { ann, projectId } = await setUp();
    const body = { project: projectId };
    const made = await readAs(
      retrainingScheduleResponse,
      await ann.call("POST", "/retraining_schedule/", body),
      201,
    );
    expect(made).toMatchObject({
      is_enabled: false,
      cron_expression: "0 2 * * 0",
      training_data: null,
      retune: false,
      max_retries: 3,
      notify_on_failure: true,
      auto_deploy: false,
      keep_versions: 5,
      next_run_at: null,
      last_run_status: null,
    });
    expect(made.next_runs).toHaveLength(5);
    const again = await ann.call("POST", "/retraining_schedule/", body);
    expect([again.status, await bodyOf(again)]).toEqual([
      400,
      { project: ["retraining schedule with this project already exists."] },
    ]);
  });

  it("is due at the next time of its expression while it is enabled", async () => {
    const setup = await setUp();
    const made = await hourly(setup);
    expect(made.next_run_at).toBe(made.next_runs[0]);
    const path = `/retraining_schedule/${made.id}/`;
    const off = await readAs(
      retrainingScheduleResponse,
      await setup.ann.call("PATCH", path, { is_enabled: false }),
    );
    expect(off.next_run_at).toBeNull();
    expect((await setup.ann.call("DELETE", path)).status).toBe(204);
  });

  it.each([
    [{ cron_expression: "0 2 * *" }, "cron_expression"],
    [{ cron_expression: "a b c d e" }, "cron_expression"],
    [{ cron_expression: "0 0 31 2 *" }, "cron_expression"],
    [{ is_enabled: "maybe" }, "is_enabled"],
    [{ max_retries: "x" }, "max_retries"],
    [{ keep_versions: 0 }, "keep_versions"],
    [{ deploy_tolerance: 1.5 }, "deploy_tolerance"],
    [{ project: 999_999 }, "project"],
  ])("refuses %j", async (body, field) => {
    const { ann, projectId } = await setUp();
    const response = await ann.call("POST", "/retraining_schedule/", { project: projectId, ...body });
    expect([response.status, Object.keys((await bodyOf(response)) as object)]).toEqual([400, [field]]);
  });

  it("names nobody else's data, configuration, split or evaluation, nor those of another project", async () => {
    const { api, ann, projectId, dataId, configurationId } = await setUp();
    const bob = await join(api);
    const foreign = {
      training_data: dataId,
      model_configuration: configurationId,
      split_config: await post(ann, "/split_config/", {}),
      evaluation_config: await post(ann, "/evaluation_config/", {}),
    };
    const { id: bobs } = await createProject(bob);
    const { id: other } = await createProject(ann);
    for (const [field, id] of Object.entries(foreign)) {
      const body = { project: bobs, [field]: id };
      expect((await bob.call("POST", "/retraining_schedule/", body)).status).toBe(400);
    }
    for (const field of ["training_data", "model_configuration"] as const) {
      const body = { project: other, [field]: foreign[field] };
      expect((await ann.call("POST", "/retraining_schedule/", body)).status).toBe(400);
    }
    const body = { project: projectId };
    expect(await bodyOf(await bob.call("POST", "/retraining_schedule/", body))).toEqual({
      project: ["Project not found."],
    });
  });

  it("and its runs do not exist for others", async () => {
    const setup = await setUp();
    const made = await hourly(setup);
    const run = await trigger(setup, made);
    const bob = await join(setup.api);
    for (const [method, path] of [
      ["GET", `/retraining_schedule/${made.id}/`],
      ["PATCH", `/retraining_schedule/${made.id}/`],
      ["DELETE", `/retraining_schedule/${made.id}/`],
      ["POST", `/retraining_schedule/${made.id}/trigger/`],
      ["GET", `/retraining_run/${run}/`],
    ] as const) {
      expect((await bob.call(method, path, method === "GET" ? undefined : {})).status).toBe(404);
    }
    const listed = await readAs(runs, await bob.call("GET", `/retraining_run/?schedule=${made.id}`));
    expect(listed.count).toBe(0);
  });
});
