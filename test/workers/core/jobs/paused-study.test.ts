import { describe, expect, it } from "vitest";
import { LEASE_TTL_MS } from "#jobs/leased-task.ts";
import { outcome, StudyRun, studySpec } from "./study-fixture.ts";

describe("a paused study", () => {
  it("lets running work end, and begins nothing", () => {
    const run = new StudyRun(studySpec({ trialCount: 4, parallelTrials: 2 }));
    const claim = run.claim(0);
    run.tell({ type: "pause" });
    expect(run.effects).toContainEqual({ type: "paused" });
    expect(run.tell({ type: "renew-trial", trial: 0, claim })).toMatchObject({ keepOn: true });
    expect(run.tell({ type: "claim-trial", trial: 1 })).toEqual({ type: "nothing" });
    run.tell({ type: "complete-trial", trial: 0, claim, outcome: outcome(0.3) });
    expect(run.sent).toEqual([]);
    expect(run.states).toEqual(["COMPLETE", "waiting"]);
    expect(run.alarmAt).toBeNull();
  });

  it("continues where it was, with every message that was not sent", () => {
    const run = new StudyRun(studySpec({ trialCount: 4, parallelTrials: 2 }));
    run.complete(0, 0.3);
    const claim = run.claim(1);
    run.tell({ type: "pause" });
    run.tell({ type: "complete-trial", trial: 1, claim, outcome: outcome(0.2) });
    run.tell({ type: "resume" });
    expect(run.effects).toContainEqual({ type: "resumed" });
    expect(run.sent).toEqual(["trial 2", "trial 3"]);
    run.complete(2, 0.1);
    run.complete(3, 0.1);
    expect(run.sent).toEqual(["final"]);
  });

  it("holds back a trial whose worker fell silent, and gives it out again afterwards", () => {
    const run = new StudyRun();
    run.claim(0);
    run.tell({ type: "pause" });
    run.now += LEASE_TTL_MS;
    run.tell({ type: "alarm" });
    expect([run.sent, run.states]).toEqual([[], ["waiting"]]);
    run.tell({ type: "resume" });
    expect(run.sent).toEqual(["trial 0"]);
  });

  it("holds back the final measurement, too", () => {
    const run = new StudyRun(studySpec({ trialCount: 1 }));
    run.complete(0, 0.3);
    run.tell({ type: "pause" });
    expect(run.tell({ type: "claim-work", work: { kind: "final" } })).toEqual({ type: "nothing" });
    run.tell({ type: "resume" });
    expect(run.sent).toEqual(["final"]);
    expect(run.claimWork({ kind: "final" }).assignment.kind).toBe("final");
  });

  it("spends none of its overall time", () => {
    const run = new StudyRun(studySpec({ trialCount: 2, overallTimeoutMs: 5_000 }));
    const claim = run.claim(0);
    run.tell({ type: "pause" });
    run.now += 60_000;
    run.tell({ type: "resume" });
    run.tell({ type: "complete-trial", trial: 0, claim, outcome: outcome(0.2) });
    expect(run.sent).toEqual(["trial 1"]);
  });

  it("stays paused through a restart, and says so again", () => {
    const run = new StudyRun();
    run.tell({ type: "pause" });
    run.study = JSON.parse(JSON.stringify(run.current));
    run.now += 600_000;
    run.tell({ type: "start", spec: studySpec() });
    expect(run.effects).toEqual([{ type: "restate" }]);
    expect(run.current.pausedAt).toBe(1_000);
  });

  it("is cancelled like any other, and is no longer held back by the pause", () => {
    const run = new StudyRun();
    run.tell({ type: "pause" });
    run.tell({ type: "cancel" });
    expect(run.current.phase).toBe("cancelled");
    expect(run.effects).toContainEqual({ type: "settle" });
    run.tell({ type: "resume" });
    expect(run.effects).toEqual([]);
  });

  it("is paused once and resumed once; a repeated call only repeats its state", () => {
    const run = new StudyRun();
    run.tell({ type: "resume" });
    expect(run.effects).toEqual([{ type: "restate" }]);
    run.tell({ type: "pause" });
    run.now += 10;
    run.tell({ type: "pause" });
    expect([run.effects, run.current.pausedAt]).toEqual([[{ type: "restate" }], 1_000]);
  });

  it("says at each alarm whether it runs: the cron does not ask those that the database has as paused", () => {
    const run = new StudyRun();
    run.tell({ type: "pause" });
    run.tell({ type: "resume" });
    run.now += 600_000;
    run.tell({ type: "alarm" });
    expect(run.effects).toContainEqual({ type: "restate" });
  });
});
