import { describe, expect, it } from "vitest";
import {
  advanceRetraining,
  type RetrainingEvent,
  type RetrainingFacts,
  type RetrainingRun,
  type RetrainingWork,
} from "#jobs/retraining-job.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

const waiting = (values: Partial<RetrainingRun> = {}): RetrainingRun => ({
  status: "PENDING",
  trigger: "CRON",
  attempts: 0,
  notBefore: 0,
  dataId: null,
  configurationId: null,
  rowsAtTrigger: null,
  eventDataId: null,
  eventsAtTrigger: null,
  modelId: null,
  tuningJobId: null,
  errorMessage: "",
  deployment: "",
  completedAt: null,
  ...values,
});

const running = (values: Partial<RetrainingRun> = {}) =>
  waiting({ status: "RUNNING", dataId: 7, configurationId: 3, modelId: 40, ...values });

const SETTINGS = {
  retune: false,
  splitId: null,
  evaluationId: null,
  configurationId: 3,
  maxRetries: 2,
  autoDeploy: false,
};

const facts = (values: Partial<RetrainingFacts> = {}): RetrainingFacts => ({
  settings: SETTINGS,
  data: { id: 7, rows: 100, problem: null },
  events: null,
  lastCompleted: null,
  configurationProblem: null,
  servingModelId: null,
  deploysUnmeasured: false,
  ...values,
});

const begin = (run: RetrainingRun, values: Partial<RetrainingFacts> = {}) =>
  advanceRetraining(run, { type: "begin", facts: facts(values) }, NOW);

const look = (run: RetrainingRun, work: Partial<RetrainingWork>, maxRetries = 2) =>
  advanceRetraining(
    run,
    { type: "look", work: { job: null, model: null, ...work }, settings: { maxRetries } },
    NOW,
  );

const search = { ...SETTINGS, retune: true, splitId: 5, evaluationId: 6 };
const live = { servingModelId: 9, settings: { ...SETTINGS, autoDeploy: true } };

describe("a retraining run that begins", () => {
  it.each<[string, Partial<RetrainingFacts>, object]>([
    ["trains a configuration", {}, { type: "train", dataId: 7, configurationId: 3, deploy: "never" }],
    [
      "trains to go live where nothing is live yet",
      { settings: live.settings },
      { type: "train", dataId: 7, configurationId: 3, deploy: "if_better" },
    ],
    [
      "measures beside the live model",
      live,
      { type: "measure", dataId: 7, configurationId: 3, servingModelId: 9 },
    ],
    [
      "does not measure where it does not deploy",
      { servingModelId: 9 },
      { type: "train", dataId: 7, configurationId: 3, deploy: "never" },
    ],
    [
      "does not measure where models deploy unmeasured",
      { ...live, deploysUnmeasured: true },
      { type: "train", dataId: 7, configurationId: 3, deploy: "always" },
    ],
    [
      "searches, whatever configuration is set",
      { settings: search, configurationProblem: "bad" },
      { type: "search", dataId: 7, splitId: 5, evaluationId: 6, servingModelId: null, deploy: "never" },
    ],
    [
      "searches beside the live model",
      { ...live, settings: { ...search, autoDeploy: true } },
      { type: "search", dataId: 7, splitId: 5, evaluationId: 6, servingModelId: 9, deploy: "if_better" },
    ],
  ])("%s", (_what, found, effect) => {
    const step = begin(waiting(), found);
    expect(step?.effects).toEqual([effect]);
    const configurationId = (found.settings ?? SETTINGS).retune ? null : 3;
    expect(step?.state).toMatchObject({ status: "PENDING", dataId: 7, rowsAtTrigger: 100, configurationId });
  });

  it.each<[string, Partial<RetrainingRun>, Partial<RetrainingFacts>, string]>([
    ["there is no data", {}, { data: null }, "No training data"],
    [
      "there is nothing to do",
      {},
      { settings: { ...SETTINGS, configurationId: null } },
      "No model configuration or retune settings",
    ],
    [
      "a search lacks its evaluation and there is no configuration",
      {},
      { settings: { ...search, evaluationId: null, configurationId: null } },
      "No model configuration or retune settings",
    ],
    [
      "nothing is new",
      {},
      { lastCompleted: { eventsAtTrigger: null, id: 11, dataId: 7, configurationId: 3 } },
      "Nothing new since run 11.",
    ],
    [
      "nothing is new for a search",
      {},
      {
        settings: search,
        lastCompleted: { eventsAtTrigger: null, id: 12, dataId: 7, configurationId: null },
      },
      "Nothing new since run 12.",
    ],
  ])("is skipped where %s", (_what, run, found, reason) => {
    const step = begin(waiting(run), found);
    expect(step).toMatchObject({
      state: { status: "SKIPPED", errorMessage: reason, completedAt: NOW, attempts: 0 },
      effects: [],
      alarmAt: null,
    });
  });

  it.each<[string, Partial<RetrainingRun>, RetrainingFacts["lastCompleted"]]>([
    [
      "somebody asked for it",
      { trigger: "MANUAL" },
      { eventsAtTrigger: null, id: 11, dataId: 7, configurationId: 3 },
    ],
    [
      "an attempt has failed",
      { attempts: 1 },
      { eventsAtTrigger: null, id: 11, dataId: 7, configurationId: 3 },
    ],
    ["the data are others", {}, { eventsAtTrigger: null, id: 11, dataId: 6, configurationId: 3 }],
    ["the configuration is another", {}, { eventsAtTrigger: null, id: 11, dataId: 7, configurationId: null }],
  ])("works although a run is completed where %s", (_what, run, lastCompleted) => {
    expect(begin(waiting(run), { lastCompleted })?.effects).toMatchObject([{ type: "train" }]);
  });

  it.each<[string, Partial<RetrainingFacts>]>([
    ["its data", { data: { id: 7, rows: 1, problem: "no way" } }],
    ["its configuration", { configurationProblem: "no way" }],
  ])("has failed for good, with a report, for a problem of %s", (_what, found) => {
    const step = begin(waiting(), found);
    expect(step?.state).toMatchObject({ status: "FAILED", errorMessage: "no way", attempts: 1 });
    expect(step?.effects).toEqual([{ type: "report" }]);
  });

  it("waits until its time", () => {
    expect(begin(waiting({ notBefore: NOW + 1 }))).toBeNull();
    expect(begin(waiting({ notBefore: NOW }))).not.toBeNull();
  });

  it("fails at once when its work is refused, however many attempts are left", () => {
    const step = advanceRetraining(waiting(), { type: "refused", reason: "no right" }, NOW);
    expect(step?.state).toMatchObject({ status: "FAILED", errorMessage: "no right", completedAt: NOW });
    expect(step?.effects).toEqual([{ type: "report" }]);
  });
});

const ready = { id: 40, status: "READY", error: null } as const;

describe("a retraining run under way", () => {
  it.each<[string, Partial<RetrainingRun>, Partial<RetrainingWork>]>([
    ["its model waits", {}, { model: { id: 40, status: "PENDING", error: null } }],
    ["its model is trained", {}, { model: { id: 40, status: "TRAINING", error: null } }],
    [
      "its job is paused",
      { modelId: null, tuningJobId: 50 },
      { job: { status: "PAUSED", error: null, tunedModelId: null } },
    ],
    [
      "its job has ended and trains",
      { modelId: null, tuningJobId: 50 },
      {
        job: { status: "COMPLETED", error: null, tunedModelId: 41 },
        model: { id: 41, status: "TRAINING", error: null },
      },
    ],
  ])("stays as it is while %s", (_what, values, work) => {
    const run = running(values);
    expect(look(run, work)).toMatchObject({ state: run, effects: [], alarmAt: NOW });
    expect(look(run, work)?.state).toBe(run);
  });

  it.each<[string, Partial<RetrainingRun>, Partial<RetrainingWork>, string]>([
    ["its model failed", {}, { model: { id: 40, status: "FAILED", error: "too big" } }, ": too big"],
    ["its model is gone", {}, {}, "."],
    ["its model was deleted with its reference", { modelId: null }, {}, ": the work was deleted"],
    [
      "its job failed",
      { tuningJobId: 50 },
      { job: { status: "FAILED", error: "no memory", tunedModelId: null } },
      ": no memory",
    ],
    [
      "its job was cancelled",
      { tuningJobId: 50 },
      { job: { status: "CANCELLED", error: null, tunedModelId: null } },
      ".",
    ],
    ["its job is gone", { tuningJobId: 50 }, {}, "."],
    [
      "its job made no model",
      { tuningJobId: 50, modelId: null },
      { job: { status: "COMPLETED", error: null, tunedModelId: null } },
      ": the work was deleted",
    ],
  ])("waits for another attempt where %s", (_what, values, work, reason) => {
    const step = look(running(values), work);
    expect(step?.state).toMatchObject({
      status: "PENDING",
      attempts: 1,
      notBefore: NOW + MINUTE,
      modelId: null,
      tuningJobId: null,
      errorMessage: `Tuning or training task failed${reason}`,
    });
    expect([step?.effects, step?.alarmAt]).toEqual([[], NOW + MINUTE]);
  });

  it("waits twice as long before each attempt, an hour at most", () => {
    const waits = [0, 1, 2, 5, 6, 9].map((attempts) => {
      const step = look(running({ attempts }), {}, 10);
      return ((step?.state.notBefore ?? 0) - NOW) / MINUTE;
    });
    expect(waits).toEqual([1, 2, 4, 32, 60, 60]);
  });

  it("has failed, with a report, when no attempt is left", () => {
    const step = look(running({ attempts: 2 }), {});
    expect(step?.state).toMatchObject({ status: "FAILED", attempts: 3, modelId: null, completedAt: NOW });
    expect(step?.effects).toEqual([{ type: "report" }]);
    expect(look(running(), {}, 0)?.state.status).toBe("FAILED");
  });

  it("asks for a decision about its ready model, then is completed and makes room", () => {
    const run = running({ errorMessage: "the attempt before" });
    const asked = look(run, { model: ready });
    expect([asked?.state, asked?.effects]).toEqual([run, [{ type: "deploy", modelId: 40 }]]);
    const event = { type: "deployed", modelId: 40, deployment: "Deployed." } as const;
    const ended = advanceRetraining(run, event, NOW);
    const completed = { status: "COMPLETED", modelId: 40, deployment: "Deployed.", errorMessage: "" };
    expect(ended?.state).toMatchObject({ ...completed, completedAt: NOW });
    expect([ended?.effects, ended?.alarmAt]).toEqual([[{ type: "prune" }], null]);
  });
});

describe("a retraining run that is over", () => {
  const events: readonly RetrainingEvent[] = [
    { type: "begin", facts: facts() },
    { type: "refused", reason: "late" },
    { type: "look", work: { job: null, model: ready }, settings: { maxRetries: 2 } },
    { type: "deployed", modelId: 40, deployment: "late" },
  ];

  it.each(["COMPLETED", "FAILED", "SKIPPED"] as const)("stays %s after any late event", (status) => {
    const over = running({ status, completedAt: NOW - 1 });
    for (const event of events) expect(advanceRetraining(over, event, NOW)).toBeNull();
  });

  it("differs from a waiting and a running one: each ignores the events of the other", () => {
    const [beginning, refused, looked, deployed] = events;
    for (const event of [looked, deployed])
      expect(event && advanceRetraining(waiting(), event, NOW)).toBeNull();
    for (const event of [beginning, refused])
      expect(event && advanceRetraining(running(), event, NOW)).toBeNull();
  });
});

describe("a run of a schedule with events", () => {
  const EVENTS = { count: 500, data: null };
  const made = (status: "PENDING" | "INGESTING" | "READY" | "FAILED", error: string | null = null) => ({
    count: 600,
    data: { id: 70, rows: 450, status, error },
  });
  const last = (eventsAtTrigger: number | null, configurationId: number | null = 3) => ({
    ...{ id: 1, dataId: 60, configurationId, eventsAtTrigger },
  });

  it("first makes data of them, after the newest file, and waits for these", () => {
    const step = begin(waiting(), { events: EVENTS });
    expect(step?.effects).toEqual([{ type: "snapshot", baseId: 7 }]);
    expect(step?.state).toMatchObject({ status: "PENDING", eventsAtTrigger: 500, dataId: null });
    expect(begin(waiting(), { events: EVENTS, data: null })?.effects).toEqual([
      { type: "snapshot", baseId: null },
    ]);
    for (const status of ["PENDING", "INGESTING"] as const) {
      expect(begin(waiting({ eventDataId: 70 }), { events: made(status) })).toBeNull();
    }
  });

  it("then learns from what it made, once", () => {
    const step = begin(waiting({ eventDataId: 70, eventsAtTrigger: 500 }), { events: made("READY") });
    expect(step?.effects).toEqual([{ type: "train", dataId: 70, configurationId: 3, deploy: "never" }]);
    expect(step?.state).toMatchObject({ dataId: 70, rowsAtTrigger: 450, eventsAtTrigger: 500 });
  });

  it("makes them again in the next attempt if they could not be read, and fails after the last", () => {
    const failed = { events: made("FAILED", "The file is too large.") };
    const again = begin(waiting({ eventDataId: 70 }), failed);
    expect(again?.state).toMatchObject({ status: "PENDING", eventDataId: null, attempts: 1 });
    expect(again?.state.notBefore).toBe(NOW + MINUTE);
    const over = begin(waiting({ eventDataId: 70, attempts: 2 }), failed);
    expect(over?.state).toMatchObject({ status: "FAILED", errorMessage: "The file is too large." });
  });

  it.each<[string, Partial<RetrainingRun>, Partial<RetrainingFacts>, string | null]>([
    ["nothing new by time", {}, { lastCompleted: last(500) }, "Nothing new since run 1."],
    ["one more event", {}, { lastCompleted: last(499) }, null],
    ["another configuration", {}, { lastCompleted: last(500, 4) }, null],
    ["nothing new on request", { trigger: "MANUAL" }, { lastCompleted: last(500) }, null],
    ["enough events", { trigger: "EVENTS" }, { lastCompleted: last(400) }, null],
    ["no event and no file", {}, { events: { count: 0, data: null }, data: null }, "No training data"],
    [
      "nothing to do",
      {},
      { settings: { ...SETTINGS, configurationId: null } },
      "No model configuration or retune settings",
    ],
  ])("for %s", (_, run, values, reason) => {
    const step = begin(waiting(run), { events: EVENTS, ...values });
    if (reason === null) expect(step?.effects).toMatchObject([{ type: "snapshot" }]);
    else
      expect([step?.state.status, step?.state.errorMessage, step?.effects]).toEqual(["SKIPPED", reason, []]);
  });
});
