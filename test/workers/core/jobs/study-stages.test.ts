import { describe, expect, it } from "vitest";
import { LEASE_TTL_MS } from "#jobs/leased-task.ts";
import { type Study, type StudySpec, toTrialResponse, winnerOf } from "#jobs/study-job.ts";
import type { StudyWork, WorkResult } from "#jobs/study-work.ts";
import { plainPolicy, StudyRun, studySpec } from "./study-fixture.ts";

function finish(run: StudyRun, work: StudyWork, result: WorkResult): void {
  run.tell({ type: "complete-work", work, claim: run.claimWork(work).claim, result });
}

function finalist(run: StudyRun, trial: number, value: number): void {
  finish(run, { kind: "finalist", trial }, { kind: "finalist", remeasured: { value, metrics: {} } });
}

const sampled = { ...plainPolicy, finalists: () => [2, 0] };
const blending = { ...plainPolicy, blendSlots: () => [[0, 1], [2]] };

function searched(policy = plainPolicy, overrides = {}): StudyRun {
  const run = new StudyRun(studySpec(overrides), policy);
  [0.4, 0.3, 0.5].forEach((value, trial) => {
    run.complete(trial, value);
  });
  return run;
}

describe("the plan of a study", () => {
  it("comes first, and no trial begins before it", () => {
    const run = new StudyRun(studySpec(), plainPolicy, null);
    expect(run.sent).toEqual(["plan"]);
    expect(run.tell({ type: "claim-trial", trial: 0 })).toEqual({ type: "nothing" });
  });

  it("fails the study with the reason where it cannot be made", () => {
    const run = new StudyRun(studySpec(), plainPolicy, null);
    const work = { kind: "plan" } as const;
    run.tell({ type: "refuse-work", work, claim: run.claimWork(work).claim, reason: "holds nothing out" });
    expect(run.current).toMatchObject({ phase: "failed" });
    expect(run.current.error).toContain("holds nothing out");
  });

  it("is not needed to measure one configuration", () => {
    const run = new StudyRun(studySpec({ fixed: { algorithm: "IALS", params: {} }, trialCount: 1 }));
    expect(run.sent).toEqual(["trial 0"]);
  });
});

describe("trials that run beside each other", () => {
  it("are chosen in the order of their numbers, whichever is claimed first", () => {
    const asked: number[] = [];
    const run = new StudyRun(studySpec({ parallelTrials: 3 }), {
      ...plainPolicy,
      suggest: (study, number) => {
        asked.push(number);
        return plainPolicy.suggest(study, number);
      },
    });
    run.claim(2);
    run.claim(0);
    expect(asked).toEqual([0, 1, 2]);
  });
});

describe("the finalists of a study", () => {
  it("are measured on all users, and the best of them on these wins", () => {
    const run = searched(sampled);
    expect(run.current.phase).toBe("remeasuring");
    expect(run.sent).toEqual(["finalist 2", "finalist 0"]);
    finalist(run, 0, 0.45);
    finalist(run, 2, 0.44);
    expect(run.sent).toEqual(["final"]);
    expect(winnerOf(run.current)?.value).toBe(0.45);
    const shown = run.current.trials.map(toTrialResponse);
    expect(shown.map(({ value, value_on_all_users: onAll }) => [value, onAll])).toEqual([
      [0.4, 0.45],
      [0.3, null],
      [0.5, 0.44],
    ]);
  });

  it("are left out where they cannot be measured; without any the values on the sample decide", () => {
    const run = searched(sampled);
    for (const trial of [0, 2]) {
      const work = { kind: "finalist", trial } as const;
      run.tell({ type: "refuse-work", work, claim: run.claimWork(work).claim, reason: "no room" });
    }
    expect(run.current.phase).toBe("finalizing");
    expect(winnerOf(run.current)?.value).toBe(0.5);
  });

  it("are sent again when their worker fell silent, and after a pause", () => {
    const run = searched(sampled);
    run.claimWork({ kind: "finalist", trial: 2 });
    run.now += LEASE_TTL_MS;
    run.tell({ type: "alarm" });
    expect(run.sent).toEqual(["finalist 2"]);
    run.tell({ type: "pause" });
    run.tell({ type: "resume" });
    expect(run.sent).toEqual(["finalist 2", "finalist 0"]);
  });
});

describe("the blend of a study", () => {
  const part = (trial: number) =>
    ({ kind: "fit-part", part: { trial, key: `part-${trial}`, bytes: 8 } }) as const;
  const weights = { kind: "blend-weights" } as const;

  it("fits its parts, weighs those that could be fitted, and wins where it is better", () => {
    const run = searched(blending, { triesBlend: true });
    expect(run.sent).toEqual(["fit-part 0", "fit-part 1", "fit-part 2"]);
    finish(run, { kind: "fit-part", trial: 0 }, part(0));
    const lost = { kind: "fit-part", trial: 1 } as const;
    run.tell({ type: "refuse-work", work: lost, claim: run.claimWork(lost).claim, reason: "no room" });
    finish(run, { kind: "fit-part", trial: 2 }, part(2));
    expect(run.sent).toEqual(["blend-weights"]);
    const { assignment, claim } = run.claimWork(weights);
    expect(assignment).toMatchObject({ slots: [[{ trial: 0, value: 0.4 }], [{ trial: 2 }]] });
    const configuration = { algorithm: "Blend", params: { "weight.IALS": 1 } } as const;
    const blend = { configuration, value: 0.6, parts: [], isBetter: true };
    run.tell({ type: "complete-work", work: weights, claim, result: { ...weights, blend } });
    expect(run.sent).toEqual(["final"]);
    expect(run.logged).toEqual(["The winner is measured on the test part."]);
    expect(winnerOf(run.current)).toEqual({ ...configuration, value: 0.6 });
  });

  it("is absent from the log of a plain search, which names its trials only, as Recotem's does", () => {
    const run = searched(plainPolicy, { triesBlend: false });
    expect(run.sent).toEqual(["final"]);
    expect(run.logged).toHaveLength(1);
    expect(run.logged[0]).toMatch(/^Trial 2/);
  });

  const kept = (trial: number) => ({ trial, key: `part-${trial}`, bytes: 8 });

  it("takes the models that trials kept, and fits only those that are missing", () => {
    const run = new StudyRun(studySpec({ triesBlend: true }), blending);
    [0.4, 0.3, 0.5].forEach((value, trial) => {
      run.complete(trial, value, trial === 1 ? undefined : kept(trial));
    });
    expect(run.current.phase).toBe("blending");
    expect(run.sent).toEqual(["fit-part 1"]);
    finish(run, { kind: "fit-part", trial: 1 }, part(1));
    expect(run.sent).toEqual(["blend-weights"]);
    const slots = [[{ part: kept(0) }, { part: kept(1) }], [{ part: kept(2) }]];
    expect(run.claimWork(weights).assignment).toMatchObject({ slots });
  });

  it("is weighed at once where trials kept all of its models", () => {
    const run = new StudyRun(studySpec({ triesBlend: true }), blending);
    [0.4, 0.3, 0.5].forEach((value, trial) => {
      run.complete(trial, value, kept(trial));
    });
    expect(run.sent).toEqual(["blend-weights"]);
  });

  it("drops a model that it can no longer need", () => {
    const onlyLast = { ...blending, neededParts: ({ parts }: Study) => parts.slice(-1) };
    const run = new StudyRun(studySpec({ triesBlend: true }), onlyLast);
    run.complete(0, 0.4, kept(0));
    expect(run.effects).not.toContainEqual(expect.objectContaining({ type: "forget-parts" }));
    run.complete(1, 0.3, kept(1));
    expect(run.effects).toContainEqual({ type: "forget-parts", parts: [kept(0)] });
    expect(run.current.parts).toEqual([kept(1)]);
  });

  it("is given to a trial only where a blend is possible", () => {
    const asked = (overrides: Partial<StudySpec>) => {
      const run = new StudyRun(studySpec(overrides), { ...plainPolicy, keepFrom: () => 0.25 });
      return run.tell({ type: "claim-trial", trial: 0 });
    };
    expect(asked({ triesBlend: true })).toMatchObject({ keepFrom: 0.25 });
    expect(asked({ triesBlend: false })).toMatchObject({ keepFrom: null });
  });

  it("is skipped where it was not asked for, or fewer than two models are left", () => {
    expect(searched(blending).sent).toEqual(["final"]);
    const run = searched(blending, { triesBlend: true });
    for (const trial of [0, 1]) {
      const work = { kind: "fit-part", trial } as const;
      run.tell({ type: "refuse-work", work, claim: run.claimWork(work).claim, reason: "no room" });
    }
    finish(run, { kind: "fit-part", trial: 2 }, part(2));
    expect(run.sent).toEqual(["final"]);
  });
});
