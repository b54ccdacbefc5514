import { describe, expect, it } from "vitest";
import { advanceLeasedJob, type LeasedJob, type LeasedJobEvent } from "#jobs/leased-job.ts";
import { MAX_ATTEMPTS } from "#jobs/leased-task.ts";
import { MAX_SETTLE_ATTEMPTS, SETTLE_RETRY_MS } from "#jobs/settling.ts";
import { NeverSettles, settleFailure } from "#services/tuning/settle-failure.ts";
import { StudyRun, studySpec } from "./study-fixture.ts";

const trouble = {
  type: "settle-failed",
  reason: "The outcome could not be stored.",
  isFinal: false,
} as const;
const never = { ...trouble, reason: "There is no room for it.", isFinal: true } as const;

/** A job with a reported result, and the effects of its last step. */
function doneJob() {
  let job: LeasedJob<string, string> | null = null;
  const tell = (event: LeasedJobEvent<string, string>) => {
    const step = advanceLeasedJob(job, event, 0);
    if (!step) throw new Error("There is no such job.");
    job = step.state;
    return {
      job: step.state,
      effects: step.effects.map(({ type }) => type),
      alarmAt: step.alarmAt,
      ...step.reply,
    };
  };
  tell({ type: "start", spec: "s" });
  tell({ type: "claim" });
  tell({ type: "complete", claim: 1, result: "model" });
  return tell;
}

describe("a job whose outcome cannot be written", () => {
  it("is tried again for a limited time, then fails, and reports the failure until it is written", () => {
    const tell = doneJob();
    for (let attempt = 1; attempt < MAX_SETTLE_ATTEMPTS; attempt++) {
      expect(tell(trouble)).toMatchObject({
        job: { result: "model" },
        alarmAt: SETTLE_RETRY_MS,
        effects: [],
      });
    }
    const given = tell(trouble);
    expect(given.effects).toEqual(["settle"]);
    expect(given.job).toMatchObject({ result: null, task: { phase: "failed", lastError: trouble.reason } });
    expect(tell(never)).toMatchObject({ effects: [], alarmAt: SETTLE_RETRY_MS });
    expect(tell({ type: "alarm" }).effects).toEqual(["settle"]);
    expect(tell({ type: "settled" }).alarmAt).toBeNull();
  });

  it("fails at once where no attempt could end otherwise", () => {
    expect(doneJob()(never).job.task).toMatchObject({ phase: "failed", lastError: never.reason });
  });

  it("writes its outcome once more when it is started although it is over: its row was found open", () => {
    const tell = doneJob();
    tell({ type: "settled" });
    expect(tell({ type: "start", spec: "s" }).effects).toEqual(["settle"]);
  });

  it("is recognised by the database's message", () => {
    const cause = (message: string) => new Error("Failed query", { cause: new Error(message) });
    expect(settleFailure(cause("D1_ERROR: FOREIGN KEY constraint failed")).isFinal).toBe(true);
    expect(settleFailure(cause("D1_ERROR: UNIQUE constraint failed: trained_model.version")).isFinal).toBe(
      false,
    );
    expect(settleFailure(cause("D1_ERROR: Network connection lost")).isFinal).toBe(false);
    expect(settleFailure(new NeverSettles("why"))).toEqual({
      type: "settle-failed",
      isFinal: true,
      reason: "why",
    });
  });
});

describe("what a worker hears", () => {
  it("differs between work that another worker has and work that nobody has", () => {
    const tell = doneJob();
    expect(tell({ type: "complete", claim: 7, result: "late" })).toMatchObject({
      type: "lease",
      keepOn: false,
    });
    let failed: LeasedJob<string, string> | null = null;
    const hear = (event: LeasedJobEvent<string, string>) => {
      const step = advanceLeasedJob(failed, event, 0);
      failed = step?.state ?? null;
      return step?.reply;
    };
    hear({ type: "start", spec: "s" });
    for (let claim = 1; claim <= MAX_ATTEMPTS; claim++) {
      hear({ type: "claim" });
      const isLast = claim === MAX_ATTEMPTS;
      const answer = isLast ? { type: "nothing" } : { type: "lease", keepOn: true };
      expect(hear({ type: "fail", claim, reason: "x" })).toEqual(answer);
    }
    expect(hear({ type: "complete", claim: 1, result: "late" })).toEqual({ type: "nothing" });
    expect(hear({ type: "renew", claim: 2 })).toEqual({ type: "nothing" });
  });
});

describe("a study whose outcome cannot be written", () => {
  function completed(): StudyRun {
    const run = new StudyRun(studySpec({ trialCount: 1 }));
    run.complete(0, 0.5);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const work = { kind: "final" } as const;
      run.tell({ type: "fail-work", work, claim: run.claimWork(work).claim, reason: "gone" });
    }
    expect(run.current.phase).toBe("completed");
    return run;
  }

  it("fails with the reason", () => {
    const run = completed();
    run.tell(trouble);
    expect(run.current.phase).toBe("completed");
    run.tell(never);
    expect(run.current).toMatchObject({ phase: "failed", error: never.reason, settled: false });
    expect(run.effects).toContainEqual({ type: "settle" });
    run.tell({ type: "settled", phase: "failed" });
    expect(run.alarmAt).toBeNull();
  });

  it("is cancelled by a cancel call, whatever it was going to write", () => {
    const run = completed();
    run.tell({ type: "cancel" });
    expect(run.current.phase).toBe("cancelled");
    expect(run.effects).toContainEqual({ type: "settle" });
    run.tell({ type: "settled", phase: "completed" });
    expect(run.current.settled).toBe(false);
    run.tell({ type: "settled", phase: "cancelled" });
    run.tell({ type: "cancel" });
    expect([run.effects, run.alarmAt]).toEqual([[], null]);
  });

  it("stays as it ended once that is written, and is written again when its job is found open", () => {
    const run = completed();
    run.tell({ type: "settled", phase: "completed" });
    run.tell({ type: "cancel" });
    expect(run.current.phase).toBe("completed");
    run.tell({ type: "start", spec: run.current.spec });
    expect(run.effects).toEqual([{ type: "settle" }]);
  });
});
