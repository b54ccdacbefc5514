import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { beginWork, type TaskWork } from "#jobs/job-work.ts";
import { advanceLeasedJob, type LeasedJob } from "#jobs/leased-job.ts";
import { LEASE_TTL_MS, MAX_ATTEMPTS, RESEND_AFTER_MS } from "#jobs/leased-task.ts";
import {
  advanceStagedJob,
  beginStages,
  CANCELLED,
  LONGEST_WORK_MS,
  MOST_IN_FLIGHT,
  type Stage,
  type StagedEffect,
  type StagedEvent,
  type StagedJob,
} from "#jobs/staged-job.ts";

const STAGES: readonly Stage[] = [
  { name: "plan", taskCount: 1 },
  { name: "parts", taskCount: 3 },
];

/** A job that was cut, driven by events at chosen times. Its state goes through JSON after each event, as after a restart. */
class StagedRun {
  job: StagedJob<string, string>;
  now = 1_000;
  alarmAt: number | null = null;
  effects: readonly StagedEffect[] = [];

  constructor(stages: readonly Stage[] = STAGES) {
    const begun = advanceLeasedJob<string, string>(null, { type: "start", spec: "spec" }, this.now);
    const claimed = advanceLeasedJob(begun?.state as LeasedJob<string, string>, { type: "claim" }, this.now);
    const step = beginStages(claimed?.state as LeasedJob<string, string>, { stages }, this.now);
    this.job = step.state;
    this.effects = step.effects;
    this.alarmAt = step.alarmAt;
  }

  tell(event: StagedEvent<string>) {
    const step = advanceStagedJob(this.job, event, this.now);
    this.job = JSON.parse(JSON.stringify(step.state));
    this.effects = step.effects;
    this.alarmAt = step.alarmAt;
    return step.reply;
  }

  claim(stage: number, task: number): number {
    const reply = this.tell({ type: "claim-task", stage, task });
    if (reply.type !== "task") throw new Error(`Task ${task} of stage ${stage} was not given.`);
    return reply.claim;
  }

  finish(
    stage: number,
    task: number,
    more: { next?: readonly Stage[]; result?: string; took?: TaskWork } = {},
  ) {
    const claim = this.claim(stage, task);
    return this.tell({ type: "task-done", stage, task, claim, next: [], ...more });
  }

  get sent(): readonly number[] {
    return this.effects.flatMap((effect) => (effect.type === "send-tasks" ? effect.tasks : []));
  }
}

const ended = [{ type: "settle" }, { type: "clean" }];

describe("advanceStagedJob", () => {
  it("sends a stage when all tasks of the one before are done, and ends with the result of the last", () => {
    const run = new StagedRun();
    expect(run.sent).toEqual([0]);
    run.finish(0, 0, { next: [{ name: "end", taskCount: 1 }] });
    expect(run.sent).toEqual([0, 1, 2]);
    run.finish(1, 2);
    run.finish(1, 0);
    expect(run.effects).toEqual([]);
    run.finish(1, 1);
    expect([run.job.staged.stage, run.sent]).toEqual([2, [0]]);
    run.finish(2, 0, { result: "dataset" });
    expect(run.job).toMatchObject({
      result: "dataset",
      progress: 1,
      task: { phase: "done" },
      settled: false,
    });
    expect(run.effects).toEqual(ended);
    run.tell({ type: "settled" });
    expect(run.alarmAt).not.toBeNull();
    run.tell({ type: "cleaned" });
    expect(run.alarmAt).toBeNull();
  });

  it("adds what tasks took that have ended, beside the estimate", () => {
    const run = new StagedRun();
    const counts = { reads: 5, writes: 2, read_bytes: 70, written_bytes: 30 };
    const estimate = { messages: 2, ...counts, cpu_seconds: 1, minutes: 1, dollars: 0.1 };
    run.job = { ...run.job, staged: { ...run.job.staged, work: beginWork(estimate) } };
    const took = { ...counts, seconds: 2, process: { cpuSeconds: 1.5, peakBytes: 700 } };
    run.finish(0, 0, { took });
    run.tell({ type: "task-failed", stage: 1, task: 0, claim: run.claim(1, 0), reason: "killed" });
    run.finish(1, 0, { took: { ...took, process: { cpuSeconds: 0.5, peakBytes: 800 } } });
    expect(run.job.staged.work).toEqual({
      estimate,
      measured: {
        ...{ messages: 2, reads: 10, writes: 4, read_bytes: 140, written_bytes: 60, seconds: 4 },
        process: { cpu_seconds: 2, most_cpu_seconds: 1.5, most_bytes: 800 },
      },
    });
  });

  it("gives a task to one worker, however often its message comes, and no task of another stage", () => {
    const run = new StagedRun();
    expect(run.tell({ type: "claim-task", stage: 1, task: 0 })).toEqual({ type: "nothing" });
    run.claim(0, 0);
    expect(run.tell({ type: "claim-task", stage: 0, task: 0 })).toEqual({ type: "nothing" });
    expect(run.tell({ type: "claim-task", stage: 0, task: 7 })).toEqual({ type: "nothing" });
  });

  it("sends a lost message again, and gives the task of a silent worker to another", () => {
    const run = new StagedRun();
    run.now += RESEND_AFTER_MS;
    run.tell({ type: "alarm" });
    expect(run.sent).toEqual([0]);
    const claim = run.claim(0, 0);
    run.now += LEASE_TTL_MS;
    run.tell({ type: "alarm" });
    expect(run.sent).toEqual([0]);
    const late = { stage: 0, task: 0, claim };
    expect(run.tell({ type: "renew-task", ...late })).toEqual({ type: "lease", keepOn: false });
    expect(run.tell({ type: "task-done", ...late, next: [] })).toEqual({ type: "lease", keepOn: false });
    run.finish(0, 0);
    expect(run.job.staged.stage).toBe(1);
  });

  it("keeps the task of a worker that renews", () => {
    const run = new StagedRun();
    const claim = run.claim(0, 0);
    for (let time = 0; time < 5; time++) {
      run.now += LEASE_TTL_MS - 1;
      expect(run.tell({ type: "renew-task", stage: 0, task: 0, claim })).toEqual({
        type: "lease",
        keepOn: true,
      });
      run.tell({ type: "alarm" });
      expect(run.sent).toEqual([]);
    }
  });

  it("fails after the third failure of a task, and at once when it is refused", () => {
    const run = new StagedRun();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const claim = run.claim(0, 0);
      run.tell({ type: "task-failed", stage: 0, task: 0, claim, reason: `attempt ${attempt}` });
    }
    expect(run.job.task).toMatchObject({ phase: "failed", lastError: "attempt 3" });
    expect(run.effects).toEqual(ended);
    const other = new StagedRun();
    other.tell({ type: "task-refused", stage: 0, task: 0, claim: other.claim(0, 0), reason: "no rows" });
    expect(other.job.task).toMatchObject({ phase: "failed", lastError: "no rows" });
  });

  it("tells a worker of a job that is over that nobody has it, so that it deletes its objects", () => {
    const run = new StagedRun([{ name: "parts", taskCount: 2 }]);
    const claim = run.claim(0, 1);
    run.tell({ type: "task-refused", stage: 0, task: 0, claim: run.claim(0, 0), reason: "no rows" });
    expect(run.tell({ type: "renew-task", stage: 0, task: 1, claim })).toEqual({ type: "nothing" });
    expect(run.tell({ type: "task-done", stage: 0, task: 1, claim, next: [] })).toEqual({ type: "nothing" });
  });

  it("deletes once more what a silent worker may write after the end", () => {
    const run = new StagedRun([{ name: "parts", taskCount: 1 }]);
    run.claim(0, 0);
    run.now += LEASE_TTL_MS;
    run.tell({ type: "alarm" });
    const lostAt = run.now;
    run.finish(0, 0, { result: "dataset" });
    run.tell({ type: "settled" });
    run.tell({ type: "cleaned" });
    expect(run.alarmAt).toBe(lostAt + LONGEST_WORK_MS);
    run.now = lostAt + LONGEST_WORK_MS;
    run.tell({ type: "alarm" });
    expect(run.effects).toEqual([{ type: "clean" }]);
    run.tell({ type: "cleaned" });
    expect(run.alarmAt).toBeNull();
  });

  it("stops when it is cancelled, and deletes once more what its workers may still write", () => {
    const run = new StagedRun([{ name: "parts", taskCount: 2 }]);
    const claim = run.claim(0, 1);
    run.tell({ type: "cancel" });
    expect(run.effects).toEqual(ended);
    expect(run.job.task).toMatchObject({ phase: "failed", lastError: CANCELLED });
    expect(run.tell({ type: "renew-task", stage: 0, task: 1, claim })).toEqual({ type: "nothing" });
    expect(run.tell({ type: "claim-task", stage: 0, task: 0 })).toEqual({ type: "nothing" });
    run.tell({ type: "settled" });
    run.tell({ type: "cleaned" });
    expect(run.alarmAt).toBe(run.now + LONGEST_WORK_MS);
  });

  it("stops the worker that had the whole job", () => {
    expect(new StagedRun().tell({ type: "void" })).toEqual({ type: "lease", keepOn: false });
  });

  it("has a bounded number of messages under way", () => {
    const run = new StagedRun([{ name: "parts", taskCount: 2 * MOST_IN_FLIGHT }]);
    expect(run.sent).toHaveLength(MOST_IN_FLIGHT);
    run.finish(0, 3);
    expect(run.sent).toEqual([MOST_IN_FLIGHT]);
  });

  it("writes and cleans again what could not be written or deleted", () => {
    const run = new StagedRun([{ name: "parts", taskCount: 1 }]);
    run.finish(0, 0, { result: "dataset" });
    run.tell({ type: "alarm" });
    expect(run.effects).toEqual(ended);
    run.tell({ type: "cleaned" });
    run.tell({ type: "alarm" });
    expect(run.effects).toEqual([{ type: "settle" }]);
    run.tell({ type: "settle-failed", reason: "no such row", isFinal: true });
    expect(run.job).toMatchObject({ result: null, task: { phase: "failed", lastError: "no such row" } });
  });

  it.each([1, 2, 3, 4, 5])(
    "ends though messages are lost, doubled and late, and workers fall silent (%i)",
    (seed) => {
      const random = createRandom(seed);
      const run = new StagedRun([
        { name: "parts", taskCount: 12 },
        { name: "more", taskCount: 7 },
      ]);
      const queue: { stage: number; task: number }[] = [];
      const done = new Set<string>();
      const send = () => {
        for (const task of run.sent) {
          const copies = [0, 1, 1, 1, 2][random.below(5)] ?? 1;
          for (let copy = 0; copy < copies; copy++) queue.push({ stage: run.job.staged.stage, task });
        }
      };
      send();
      for (let turn = 0; run.job.task.phase === "running"; turn++) {
        if (turn > 5_000) throw new Error("The job does not end.");
        const [message] = queue.splice(random.below(Math.max(1, queue.length)), 1);
        const reply = message && run.tell({ type: "claim-task", ...message });
        if (message && reply?.type === "task" && random.below(8) > 0) {
          run.tell({ type: "task-done", ...message, claim: reply.claim, next: [] });
          const name = `${message.stage}/${message.task}`;
          expect(done.has(name)).toBe(false);
          done.add(name);
          send();
        }
        if (run.alarmAt !== null && queue.length === 0) {
          run.now = Math.max(run.now, run.alarmAt);
          run.tell({ type: "alarm" });
          send();
        }
      }
      expect(run.job.task.phase).toBe("done");
      expect(done.size).toBe(19);
    },
  );
});
