import { describe, expect, it } from "vitest";
import {
  advanceLeasedJob,
  type LeasedJob,
  type LeasedJobEvent,
  type LeasedJobReply,
} from "#jobs/leased-job.ts";
import { LEASE_TTL_MS, MAX_ATTEMPTS, RESEND_AFTER_MS, RESEND_AFTER_POKE_MS } from "#jobs/leased-task.ts";
import { SETTLE_RETRY_MS } from "#jobs/settling.ts";

type Event = LeasedJobEvent<string, string>;

/** A job and the effects of its last step, driven by events at chosen times. */
class JobRun {
  job: LeasedJob<string, string> | null = null;
  now = 1_000;
  effects: string[] = [];
  alarmAt: number | null = null;

  constructor() {
    this.tell({ type: "start", spec: "spec" });
  }

  tell(event: Event): LeasedJobReply<string> {
    const step = advanceLeasedJob(this.job, event, this.now);
    if (!step) throw new Error("There is no such job.");
    this.job = step.state;
    this.effects = step.effects.map((effect) => effect.type);
    this.alarmAt = step.alarmAt;
    return step.reply;
  }

  claim(): Extract<LeasedJobReply<string>, { type: "assignment" }> {
    const reply = this.tell({ type: "claim" });
    if (reply.type !== "assignment") throw new Error("The job was not given.");
    return reply;
  }
}

describe("advanceLeasedJob", () => {
  it("announces itself, is claimed once, completes and settles", () => {
    const run = new JobRun();
    expect(run.effects).toEqual(["send"]);
    const { claim } = run.claim();
    expect(run.tell({ type: "claim" })).toEqual({ type: "nothing" });
    run.tell({ type: "complete", claim, result: "model" });
    expect(run.job).toMatchObject({ result: "model", progress: 1, settled: false });
    expect(run.effects).toEqual(["settle"]);
    expect(run.alarmAt).toBe(run.now + SETTLE_RETRY_MS);
    run.tell({ type: "settled" });
    expect(run.alarmAt).toBeNull();
  });

  it("hands the checkpoint of one slice to the next, with attempts counted from 0", () => {
    const run = new JobRun();
    run.tell({ type: "fail", claim: run.claim().claim, reason: "once" });
    const first = run.claim();
    run.tell({ type: "slice-done", claim: first.claim, checkpointKey: "c-0", progress: 0.4 });
    expect(run.effects).toEqual(["progress", "send"]);
    expect(run.claim()).toMatchObject({ slices: 1, checkpointKey: "c-0" });
    expect(run.job?.task.failures).toBe(0);
  });

  it("gives the slice, not the whole job, to another worker when one falls silent", () => {
    const run = new JobRun();
    run.tell({ type: "slice-done", claim: run.claim().claim, checkpointKey: "c-0", progress: 0.4 });
    const lost = run.claim();
    run.now += LEASE_TTL_MS;
    run.tell({ type: "alarm" });
    expect(run.effects).toEqual(["send"]);
    expect(run.claim()).toMatchObject({ slices: 1, checkpointKey: "c-0" });
    const late = run.tell({ type: "slice-done", claim: lost.claim, checkpointKey: "c-1", progress: 0.8 });
    expect(late).toEqual({ type: "lease", keepOn: false });
    expect(run.job).toMatchObject({ slices: 1, checkpointKey: "c-0" });
  });

  it("fails for good after three attempts, and keeps the reason", () => {
    const run = new JobRun();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      expect(run.effects).toContain("send");
      run.tell({ type: "fail", claim: run.claim().claim, reason: `attempt ${attempt}` });
    }
    expect(run.effects).toEqual(["settle"]);
    expect(run.job?.task).toMatchObject({ phase: "failed", lastError: "attempt 3" });
  });

  it("refuses bad input at once, without another attempt", () => {
    const run = new JobRun();
    run.tell({ type: "refuse", claim: run.claim().claim, reason: "The submitted file is empty." });
    expect(run.effects).toEqual(["settle"]);
    expect(run.job?.task).toMatchObject({ phase: "failed", lastError: "The submitted file is empty." });
  });

  it("renews the lease and remembers the progress", () => {
    const run = new JobRun();
    const { claim } = run.claim();
    run.now += LEASE_TTL_MS - 1;
    expect(run.tell({ type: "renew", claim, progress: 0.25 })).toEqual({ type: "lease", keepOn: true });
    run.now += LEASE_TTL_MS - 1;
    run.tell({ type: "alarm" });
    expect(run.job).toMatchObject({ progress: 0.25, task: { phase: "running" } });
  });

  it.each([
    ["an alarm", "alarm", RESEND_AFTER_MS],
    ["a nudge after a restart", "poke", RESEND_AFTER_POKE_MS],
  ] as const)("sends again a message that nobody claimed, on %s", (_name, type, after) => {
    const run = new JobRun();
    run.now += after - 1;
    run.tell({ type });
    expect(run.effects).toEqual([]);
    run.now += 1;
    run.tell({ type });
    expect(run.effects).toEqual(["send"]);
  });

  it("settles again while its outcome is not in the database", () => {
    const run = new JobRun();
    run.tell({ type: "complete", claim: run.claim().claim, result: "model" });
    run.tell({ type: "poke" });
    expect(run.effects).toEqual(["settle"]);
  });

  it("continues when it is started a second time", () => {
    const run = new JobRun();
    run.claim();
    run.tell({ type: "start", spec: "another" });
    expect(run.job).toMatchObject({ spec: "spec", task: { phase: "running" } });
  });
});
