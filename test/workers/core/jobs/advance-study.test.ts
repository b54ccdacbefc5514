import { describe, expect, it } from "vitest";
import { LEASE_TTL_MS, MAX_ATTEMPTS, RESEND_AFTER_MS, RESEND_AFTER_POKE_MS } from "#jobs/leased-task.ts";
import { SETTLE_RETRY_MS } from "#jobs/settling.ts";
import { bestTrial, type StudyEvent, toTrialResponse } from "#jobs/study-job.ts";
import { outcome, plainPolicy, StudyRun, studySpec } from "./study-fixture.ts";

const FINAL = { kind: "final" } as const;

describe("advanceStudy: the search", () => {
  it("keeps as many trials in flight as may run in parallel, and no more than were asked for", () => {
    const run = new StudyRun(studySpec({ trialCount: 3, parallelTrials: 2 }));
    expect(run.sent).toEqual(["trial 0", "trial 1"]);
    run.complete(1, 0.2);
    expect(run.sent).toEqual([]);
    run.complete(0, 0.1);
    expect(run.sent).toEqual(["trial 2"]);
    run.complete(2, 0.3);
    expect(run.sent).toEqual(["final"]);
  });

  it("asks for a configuration at the claim, knowing all results so far, and keeps it for later attempts", () => {
    const known: number[] = [];
    const run = new StudyRun(studySpec(), {
      ...plainPolicy,
      suggest: (study, number) => {
        known.push(study.trials.filter((trial) => trial.outcome).length);
        return plainPolicy.suggest(study, number);
      },
    });
    run.complete(0, 0.1);
    const claim = run.claim(1);
    run.tell({ type: "fail-trial", trial: 1, claim, reason: "boom" });
    run.claim(1);
    expect(known).toEqual([0, 1]);
  });

  it("ends the search early when nothing is left to try", () => {
    const run = new StudyRun(studySpec({ trialCount: 10 }), {
      ...plainPolicy,
      suggest: (study, number) => (number < 1 ? plainPolicy.suggest(study, number) : null),
    });
    run.complete(0, 0.4);
    expect(run.tell({ type: "claim-trial", trial: 1 })).toEqual({ type: "nothing" });
    expect(run.states).toEqual(["COMPLETE"]);
    expect(run.sent).toEqual(["final"]);
  });

  it("starts no trial after the overall timeout, and still finishes those that run", () => {
    const run = new StudyRun(studySpec({ trialCount: 9, overallTimeoutMs: 5_000 }));
    const claim = run.claim(0);
    run.now += 6_000;
    run.tell({ type: "complete-trial", trial: 0, claim, outcome: outcome(0.2) });
    expect(run.sent).toEqual(["final"]);
  });

  it("passes the pruner's verdict to the worker that reports", () => {
    const run = new StudyRun(studySpec(), {
      ...plainPolicy,
      shouldPrune: ({ trials }, number) => (trials[number]?.reports.length ?? 0) >= 2,
    });
    const claim = run.claim(0);
    const report = (epoch: number) => run.tell({ type: "report-trial", trial: 0, claim, epoch, value: 0.1 });
    expect(report(1)).toEqual({ type: "lease", keepOn: true, prune: false });
    expect(report(2)).toEqual({ type: "lease", keepOn: true, prune: true });
    expect(run.current.trials[0]?.reports).toEqual([
      { epoch: 1, value: 0.1 },
      { epoch: 2, value: 0.1 },
    ]);
  });

  it("names the best complete trial, the earlier of equals, and never a pruned one", () => {
    const run = new StudyRun(studySpec({ trialCount: 4 }));
    run.complete(0, 0.3);
    const claim = run.claim(1);
    run.tell({ type: "complete-trial", trial: 1, claim, outcome: outcome(0.9, { state: "PRUNED" }) });
    run.complete(2, 0.3);
    run.complete(3, 0.1);
    expect(bestTrial(run.current)?.number).toBe(0);
  });
});

describe("advanceStudy: faults", () => {
  it("gives a trial to one worker only, however often its message arrives", () => {
    const run = new StudyRun();
    run.claim(0);
    expect(run.tell({ type: "claim-trial", trial: 0 })).toEqual({ type: "nothing" });
    expect(run.tell({ type: "claim-trial", trial: 99 })).toEqual({ type: "nothing" });
  });

  it("counts no trial twice: a worker that lost its claim must stop, and its result is ignored", () => {
    const run = new StudyRun();
    const lost = run.claim(0);
    run.now += LEASE_TTL_MS;
    run.tell({ type: "alarm" });
    expect(run.sent).toEqual(["trial 0"]);
    const claim = run.claim(0);
    const late = run.tell({ type: "complete-trial", trial: 0, claim: lost, outcome: outcome(0.9) });
    expect(late).toEqual({ type: "lease", keepOn: false, prune: false });
    run.tell({ type: "complete-trial", trial: 0, claim, outcome: outcome(0.2) });
    run.tell({ type: "complete-trial", trial: 0, claim, outcome: outcome(0.2) });
    expect(run.current.trials.filter((trial) => trial.outcome)).toHaveLength(1);
    expect(bestTrial(run.current)?.outcome.value).toBe(0.2);
  });

  it("keeps a claim alive while its worker renews or reports", () => {
    const run = new StudyRun();
    const claim = run.claim(0);
    run.now += LEASE_TTL_MS - 1;
    expect(run.tell({ type: "renew-trial", trial: 0, claim })).toMatchObject({ keepOn: true });
    run.now += LEASE_TTL_MS - 1;
    run.tell({ type: "alarm" });
    expect(run.states[0]).toBe("running");
  });

  it("fails a trial after three attempts, with the reason in the log, and continues", () => {
    const run = new StudyRun(studySpec({ trialCount: 2 }));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      run.tell({ type: "fail-trial", trial: 0, claim: run.claim(0), reason: "out of luck" });
    }
    expect(run.states).toEqual(["failed", "waiting"]);
    expect(run.logged.join("\n")).toContain("out of luck");
    expect(toTrialResponse(run.current.trials[0] as never)).toMatchObject({
      state: "FAILED",
      attempts: 3,
      error: "out of luck",
    });
    run.complete(1, 0.5);
    expect(run.current.phase).toBe("finalizing");
  });

  it("keeps when the last attempt of a trial began, and no time before the first", () => {
    const run = new StudyRun(studySpec({ trialCount: 2 }));
    const startOfFirst = () => toTrialResponse(run.current.trials[0] as never).started_at;
    expect(startOfFirst()).toBeNull();
    run.tell({ type: "fail-trial", trial: 0, claim: run.claim(0), reason: "out of luck" });
    run.now += 7_000;
    run.claim(0);
    expect(startOfFirst()).toBe(new Date(run.now).toISOString());
  });

  it("ends a trial at once where another attempt would fail alike", () => {
    const run = new StudyRun(studySpec({ trialCount: 2 }));
    run.tell({ type: "refuse-trial", trial: 0, claim: run.claim(0), reason: "no such parameter" });
    expect(run.states).toEqual(["failed", "waiting"]);
    expect(run.logged.join("\n")).toMatch(/FAILED\. no such parameter/);
    expect(toTrialResponse(run.current.trials[0] as never)).toMatchObject({ state: "FAILED", attempts: 1 });
    run.complete(1, 0.5);
    expect(run.current.phase).toBe("finalizing");
    const { claim } = run.claimWork(FINAL);
    run.tell({ type: "refuse-work", work: FINAL, claim, reason: "nothing to test" });
    expect(run.current.phase).toBe("completed");
    expect(run.logged.join("\n")).toContain("could not be measured on the test part. nothing to test");
  });

  it("fails when no trial was completed, and says why", () => {
    const run = new StudyRun(studySpec({ trialCount: 1 }));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      run.tell({ type: "fail-trial", trial: 0, claim: run.claim(0), reason: "no such column" });
    }
    expect(run.current).toMatchObject({ phase: "failed", settled: false });
    expect(run.current.error).toContain("no such column");
    expect(run.effects.at(-1)).toEqual({ type: "settle" });
  });

  it("fails when every trial scored zero", () => {
    const run = new StudyRun(studySpec({ trialCount: 1 }));
    run.complete(0, 0);
    expect(run.current.phase).toBe("failed");
    expect(run.current.error).toContain("ndcg@10");
  });

  it.each([
    ["an alarm", "alarm", RESEND_AFTER_MS],
    ["a nudge after a restart", "poke", RESEND_AFTER_POKE_MS],
  ] as const)("sends a message again that nobody claimed, on %s", (_name, type, after) => {
    const run = new StudyRun();
    run.now += after - 1;
    run.tell({ type });
    expect(run.sent).toEqual([]);
    run.now += 1;
    run.tell({ type });
    expect(run.sent).toEqual(["trial 0"]);
  });

  it("wakes for the earliest lease or message", () => {
    const run = new StudyRun(studySpec({ parallelTrials: 2 }));
    run.now = 5_000;
    run.claim(1);
    expect(run.alarmAt).toBe(5_000 + LEASE_TTL_MS);
  });
});

describe("advanceStudy: the end", () => {
  const finalResult = { winner: { "ndcg@10": 0.4 }, popularity: { "ndcg@10": 0.2 } };

  function searched(): StudyRun {
    const run = new StudyRun(studySpec({ trialCount: 1 }));
    run.complete(0, 0.5);
    return run;
  }

  function claimFinal(run: StudyRun): number {
    const { claim, assignment } = run.claimWork(FINAL);
    expect(assignment).toMatchObject({ winner: { algorithm: "IALS", params: { n_components: 8 } } });
    return claim;
  }

  it("completes once the winner is measured, and settles until the database has that", () => {
    const run = searched();
    const result = { kind: "final", result: finalResult } as const;
    run.tell({ type: "complete-work", work: FINAL, claim: claimFinal(run), result });
    expect(run.current).toMatchObject({ phase: "completed", finalResult, settled: false });
    expect(run.alarmAt).toBe(run.now + SETTLE_RETRY_MS);
    run.tell({ type: "alarm" });
    expect(run.effects).toEqual([{ type: "settle" }]);
    run.tell({ type: "settled", phase: "completed" });
    expect(run.alarmAt).toBeNull();
  });

  it("completes without final figures when measuring fails three times", () => {
    const run = searched();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      run.tell({ type: "fail-work", work: FINAL, claim: claimFinal(run), reason: "gone" });
    }
    expect(run.current).toMatchObject({ phase: "completed", finalResult: null });
    expect(run.logged.join("\n")).toContain("gone");
  });

  it("sends the final measurement again when its worker fell silent", () => {
    const run = searched();
    claimFinal(run);
    run.now += LEASE_TTL_MS;
    run.tell({ type: "alarm" });
    expect(run.sent).toEqual(["final"]);
  });

  it("cancels at once: nothing more is sent, workers are told to stop, and what was found stays", () => {
    const run = new StudyRun(studySpec({ trialCount: 9, parallelTrials: 2 }));
    run.complete(0, 0.4);
    const claim = run.claim(1);
    run.tell({ type: "cancel" });
    expect(run.current.phase).toBe("cancelled");
    expect(run.tell({ type: "renew-trial", trial: 1, claim })).toEqual({ type: "over" });
    expect(run.sent).toEqual([]);
    expect(bestTrial(run.current)?.outcome.value).toBe(0.4);
  });

  it("changes nothing for a study that does not exist", () => {
    const run = searched();
    run.study = null;
    expect(run.tell({ type: "poke" })).toEqual({ type: "nothing" });
  });
});

describe("a trainer of an earlier release", () => {
  it("gets nothing for a claim in its own words, and the trainer that follows it gets the message again", () => {
    const run = new StudyRun();
    for (let trial = 0; trial < 3; trial++) run.complete(trial, 0.2);
    const before = run.current;
    // The last measurement before studies had stages.
    expect(run.tell({ type: "claim-final" } as unknown as StudyEvent)).toEqual({ type: "nothing" });
    expect(run.current).toEqual(before);
    run.now += 61_000;
    run.tell({ type: "alarm" });
    expect(run.sent).toEqual(["final"]);
    expect(run.claimWork({ kind: "final" }).assignment.kind).toBe("final");
  });
});
