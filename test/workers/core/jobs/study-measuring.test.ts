/** A study whose trials use a sample measures its best trials, and its winner, on all data. */
import { describe, expect, it } from "vitest";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { MeasuredPart, MeasuringEvent, MeasuringReply } from "#jobs/study-measuring.ts";
import { outcome, plainPolicy, StudyRun, studyPlan, studySpec } from "./study-fixture.ts";

const SAMPLE = { users: 400, ofUsers: 9_000 };
const spec = studySpec({ trialCount: 4, parallelTrials: 4, seed: 5 });
const figures = (value: number) => ({
  metrics: { "ndcg@10": value },
  intervals: { "ndcg@10": { low: value - 0.01, high: value + 0.01 } },
  users: 1_000,
});

class MeasuredRun extends StudyRun {
  /** Of all steps; the start is told before this object has its fields. */
  logs: string[] | undefined;

  override tell(event: StudyEvent): StudyReply {
    const reply = super.tell(event);
    this.logs = [...(this.logs ?? []), ...this.logged];
    return reply;
  }

  ask(part: MeasuredPart, event: MeasuringEvent["event"]): MeasuringReply {
    const reply = this.tell({ type: "measuring", part, event });
    return reply.type === "measuring" ? reply.reply : { type: "nothing" };
  }

  claimTask(part: MeasuredPart, stage: number, task = 0) {
    const reply = this.ask(part, { type: "claim-task", stage, task });
    if (reply.type !== "task") throw new Error(`The task was not given: ${reply.type}`);
    return reply;
  }

  get effectTypes(): string[] {
    return this.effects.filter(({ type }) => type !== "log").map(({ type }) => type);
  }
}

/** A study whose trials have these values on the sample, by number. */
function searched(values: readonly number[], overrides: Parameters<typeof studySpec>[0] = {}): MeasuredRun {
  const own = { ...spec, trialCount: values.length, parallelTrials: values.length, ...overrides };
  const run = new MeasuredRun(own, plainPolicy, null);
  const { claim } = run.claimWork({ kind: "plan" });
  const result = { kind: "plan", plan: studyPlan(own), sample: SAMPLE } as const;
  run.tell({ type: "complete-work", work: { kind: "plan" }, claim, result });
  for (const [trial, value] of values.entries()) {
    const learned = outcome(value, { params: { n_components: trial + 1 } });
    run.tell({ type: "complete-trial", trial, claim: run.claim(trial), outcome: learned });
  }
  return run;
}

/** All stages of a measurement in one. */
function measured(run: MeasuredRun, part: MeasuredPart, found: readonly (number | string)[]) {
  const { claim } = run.claimTask(part, 0);
  const answers = found.map((value) => (typeof value === "number" ? figures(value) : { reason: value }));
  run.ask(part, { type: "task-done", stage: 0, task: 0, claim, next: [], result: { measured: answers } });
}

function finalOnSample(run: MeasuredRun) {
  const { claim } = run.claimWork({ kind: "final" });
  const result = { winner: { "ndcg@10": 0.4 }, popularity: { "ndcg@10": 0.2 } };
  run.tell({
    ...{ type: "complete-work", work: { kind: "final" }, claim },
    result: { kind: "final", result, sample: SAMPLE },
  });
}

describe("a study of a sample", () => {
  it("measures its three best trials on all data, and chooses by that", () => {
    const run = searched([0.1, 0.4, 0.3, 0.2]);
    expect(run.current.phase).toBe("remeasuring");
    expect(run.effectTypes).toEqual(["send-measuring"]);
    const reply = run.claimTask("validation", 0);
    expect(reply.spec.fits.map(({ params, seed }) => [params, seed])).toEqual([
      [{ n_components: 2 }, 6],
      [{ n_components: 3 }, 7],
      [{ n_components: 4 }, 8],
    ]);
    const done = { type: "task-done", stage: 0, task: 0, claim: reply.claim } as const;
    run.ask("validation", {
      ...done,
      next: [],
      result: { measured: [figures(0.3), figures(0.35), { reason: "Too large." }] },
    });
    expect(run.current.trials.map(({ remeasured }) => remeasured?.value)).toEqual([
      undefined,
      0.3,
      0.35,
      undefined,
    ]);
    expect(run.effectTypes).toEqual(["clean-measuring", "send-work"]);
    const { assignment } = run.claimWork({ kind: "final" });
    expect(assignment).toMatchObject({ winner: { params: { n_components: 3 } } });
    expect(run.logs).toContain("Trial 2 on all data: ndcg@10=0.350000, of 1000 users.");
    expect(run.logs).toContain("Trial 3 on all data: Too large.");
  });

  it("measures equal settings once", () => {
    const run = searched([0.1, 0.4]);
    const { fits } = run.claimTask("validation", 0).spec;
    expect(fits.length).toBe(2);
    expect(searched([0.4]).current.phase).toBe("finalizing");
  });

  it("ends with figures of all data, and keeps those of the sample beside them", () => {
    const run = searched([0.4], { serving: { algorithm: "DenseSLIM", params: {} } });
    finalOnSample(run);
    expect(run.current.phase).toBe("finalizing");
    expect(run.claimTask("test", 0).spec.fits.map(({ algorithm, seed }) => [algorithm, seed])).toEqual([
      ["IALS", 42],
      ["TopPop", 42],
      ["DenseSLIM", 42],
    ]);
    const done = { type: "task-done", stage: 0, task: 0, claim: 1 } as const;
    const behind = { "ndcg@10": { difference: 0.25, low: 0.2, high: 0.3 } };
    const answers = [figures(0.5), { ...figures(0.25), behind }, { reason: "It holds all pairs." }];
    run.ask("test", { ...done, next: [], result: { measured: answers } });
    expect(run.current.phase).toBe("completed");
    expect(run.current.finalResult).toEqual({
      winner: { "ndcg@10": 0.5 },
      popularity: { "ndcg@10": 0.25 },
      intervals: { winner: figures(0.5).intervals, popularity: figures(0.25).intervals },
      differences: { popularity: behind },
      measured_on: { data: "all", users: 1_000, of_users: 9_000 },
      of_sample: { winner: { "ndcg@10": 0.4 }, popularity: { "ndcg@10": 0.2 }, users: 400 },
    });
    expect(run.logs).toContain("The live model could not be measured on all data. It holds all pairs.");
  });

  it("completes with the figures of the sample if all data refuse", () => {
    const run = searched([0.4]);
    finalOnSample(run);
    const { claim } = run.claimTask("test", 0);
    run.ask("test", { type: "task-refused", stage: 0, task: 0, claim, reason: "Use RG or TU." });
    expect(run.current.phase).toBe("completed");
    expect(run.current.finalResult?.measured_on).toEqual({ data: "sample", users: 400, of_users: 9_000 });
    expect(run.logs).toContain("The winner could not be measured on all data. Use RG or TU.");
    expect(run.effectTypes).toEqual(["clean-measuring", "settle"]);
  });

  it("measures one configuration on all data, too, and says so", () => {
    const run = new MeasuredRun({ ...spec, trialCount: 1, fixed: { algorithm: "IALS", params: {} } });
    run.complete(0, 0.3);
    finalOnSample(run);
    expect(run.logs?.join(" ")).toContain("trials use 400 of 9000 users");
    measured(run, "test", [0.5, 0.2]);
    expect(run.current.finalResult?.measured_on?.data).toBe("all");
    expect(run.logs).toContain("The winner on all data: ndcg@10=0.500000, of 1000 users.");
  });
});

describe("a measurement on all data", () => {
  it("stops within one message when the study is cancelled, and its objects are deleted", () => {
    const run = searched([0.4, 0.3]);
    const { claim } = run.claimTask("validation", 0);
    run.tell({ type: "cancel" });
    expect(run.effectTypes).toEqual(["settle", "clean-measuring"]);
    expect(run.ask("validation", { type: "renew-task", stage: 0, task: 0, claim })).toEqual({
      type: "nothing",
    });
    run.tell({ type: "settled", phase: "cancelled" });
    // What is not deleted yet is tried again; once more when no worker can still write.
    expect(run.alarmAt).not.toBeNull();
    run.now = run.alarmAt as number;
    run.tell({ type: "alarm" });
    expect(run.effectTypes).toEqual(["clean-measuring"]);
    run.ask("validation", { type: "cleaned" });
    run.now = run.alarmAt as number;
    run.tell({ type: "alarm" });
    expect(run.effectTypes).toEqual(["clean-measuring"]);
    run.ask("validation", { type: "cleaned" });
    expect(run.alarmAt).toBeNull();
  });

  it("begins no task while the study is paused, and goes on afterwards", () => {
    const run = searched([0.4, 0.3]);
    run.tell({ type: "pause" });
    expect(run.ask("validation", { type: "claim-task", stage: 0, task: 0 })).toEqual({ type: "nothing" });
    expect(run.alarmAt).toBeNull();
    run.tell({ type: "resume" });
    expect(run.effectTypes).toContain("send-measuring");
    expect(run.claimTask("validation", 0).claim).toBe(1);
  });

  it("sends a lost message again, and gives up a task that fails three times", () => {
    const run = searched([0.4, 0.3]);
    run.now = run.alarmAt as number;
    run.tell({ type: "alarm" });
    expect(run.effectTypes).toContain("send-measuring");
    for (let attempt = 0; attempt < 3; attempt++) {
      run.claimTask("validation", 0);
      run.now = run.alarmAt as number;
      run.tell({ type: "alarm" });
    }
    expect(run.logs).toContain(
      "The best trials could not be measured on all data. The worker stopped answering.",
    );
    // By the values on the sample.
    expect(run.claimWork({ kind: "final" }).assignment).toMatchObject({
      winner: { params: { n_components: 1 } },
    });
  });
});
