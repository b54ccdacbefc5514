import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { retrainingScheduleResponse } from "#contract/retraining.ts";
import { advanceOpenRuns, beginRunsByEvents } from "#services/retraining/retraining-runs.ts";
import { readAs } from "../../../runtime/api.ts";
import { hourly, runsOf, type Setup, setUp, trainingsOf, trigger } from "../../../runtime/retraining.ts";

const MINUTE_MS = 60_000;

/** The effects some minutes later, with the number of events that have arrived. */
function later({ api }: Setup, minutes: number, count: number): Setup["api"]["deps"] {
  const events = { ...api.deps.events, countLearnable: async () => count };
  return { ...api.deps, events, clock: () => api.deps.clock() + minutes * MINUTE_MS };
}

const madeOfEvents = async (projectId: number) =>
  (
    await env.DB.prepare(
      "select id, status, reading from training_data where project_id = ? and reading like '%up_to%'",
    )
      .bind(projectId)
      .all<{ id: number; status: string; reading: string }>()
  ).results;

it("begins when enough events have arrived, makes data of them once, and trains on these", async () => {
  const setup = await setUp();
  const schedule = await hourly(setup, { uses_events: true, every_events: 1000 });
  expect(schedule).toMatchObject({ uses_events: true, every_events: 1000 });
  await beginRunsByEvents(later(setup, 1, 999));
  expect(await runsOf(setup, schedule)).toEqual([]);
  // Counted again after five minutes, not before.
  await beginRunsByEvents(later(setup, 3, 5000));
  expect(await runsOf(setup, schedule)).toEqual([]);
  await Promise.all([beginRunsByEvents(later(setup, 7, 1200)), beginRunsByEvents(later(setup, 7, 1200))]);
  expect(await runsOf(setup, schedule)).toMatchObject([{ trigger: "EVENTS", status: "PENDING" }]);
  // A worker that is killed before it reads the data leaves the row: the next one goes on with it.
  const killed = later(setup, 8, 1200);
  const jobs = { ...killed.jobs, ingest: () => Promise.reject(new Error("killed")) };
  await advanceOpenRuns({ ...killed, jobs }).catch(() => undefined);
  for (const minute of [10, 12, 14]) await advanceOpenRuns(later(setup, minute, 1200));
  const made = await madeOfEvents(setup.projectId);
  expect(made.map(({ reading }) => JSON.parse(reading).events.base)).toEqual([setup.dataId]);
  expect(await trainingsOf(setup)).toEqual([]);
  await env.DB.prepare("update training_data set status = 'READY', artifact_key = 'a' where id = ?")
    .bind(made[0]?.id ?? 0)
    .run();
  for (const minute of [16, 18]) await advanceOpenRuns(later(setup, minute, 1200));
  expect(await trainingsOf(setup)).toHaveLength(1);
  const [model] = (
    await env.DB.prepare("select data_id from trained_model where project_id = ?").bind(setup.projectId).all()
  ).results;
  expect(model).toEqual({ data_id: made[0]?.id });
  // The next run needs as many events again.
  await beginRunsByEvents(later(setup, 30, 2100));
  expect(await runsOf(setup, schedule)).toHaveLength(1);
});

it("counts from the last completed run, whatever began it", async () => {
  const setup = await setUp();
  const schedule = await hourly(setup, { uses_events: true, every_events: 1000 });
  await trigger(setup, schedule);
  const [run] = await runsOf(setup, schedule);
  const end = (status: string) =>
    env.DB.prepare("update retraining_run set status = ?, events_at_trigger = 1500 where id = ?")
      .bind(status, run?.id ?? 0)
      .run();
  await end("COMPLETED");
  await beginRunsByEvents(later(setup, 10, 2499));
  expect(await runsOf(setup, schedule)).toHaveLength(1);
  // A run that failed has learnt nothing.
  await end("FAILED");
  await beginRunsByEvents(later(setup, 20, 2499));
  expect(await runsOf(setup, schedule)).toMatchObject([{ trigger: "EVENTS" }, { trigger: "MANUAL" }]);
});

it("refuses a number of events without events, and other values than whole numbers", async () => {
  const setup = await setUp();
  const { id } = await hourly(setup, { uses_events: true, every_events: 5 });
  const patch = (body: object) => setup.ann.call("PATCH", `/retraining_schedule/${id}/`, body);
  for (const body of [
    { uses_events: false },
    { every_events: 0 },
    { every_events: 1.5 },
    { every_events: "x" },
  ]) {
    const refused = await patch(body);
    expect([refused.status, Object.keys((await refused.json()) as object)]).toEqual([400, ["every_events"]]);
  }
  const off = await patch({ uses_events: false, every_events: null });
  expect(await readAs(retrainingScheduleResponse, off)).toMatchObject({
    uses_events: false,
    every_events: null,
  });
});
