import { describe, expect, it } from "vitest";
import { newTask } from "#jobs/leased-task.ts";
import { restoreStudy } from "#jobs/restore-study.ts";
import type { Trial } from "#jobs/study-job.ts";
import { StudyRun, studyPlan, studySpec } from "./study-fixture.ts";

/** As the version before stages stored a study: no plan, the last measurement as a task of its own. */
function storedBefore(phase: string, more: object = {}) {
  const { hasTimes: _, triesBlend: __, ...spec } = studySpec();
  const stored = { spec, phase, startedAt: 5, isExhausted: false, finalTask: null, finalResult: null };
  return { ...stored, error: null, settled: false, ...more };
}

const done: Trial = {
  number: 0,
  task: { ...newTask(5), phase: "done", claims: 1 },
  configuration: { algorithm: "IALS", params: { n_components: 8 } },
  reports: [],
  outcome: { state: "COMPLETE", params: { n_components: 8 }, value: 0.3, metrics: {}, seconds: 1 },
};

describe("restoreStudy", () => {
  it("plans a search that began before there were plans, and keeps its trials", () => {
    const run = new StudyRun();
    run.study = restoreStudy(storedBefore("searching"), [done], 100);
    expect(run.current).toMatchObject({ phase: "planning", pausedAt: null, trials: [{ number: 0 }] });
    const work = { kind: "plan" } as const;
    const { claim } = run.claimWork(work);
    const result = { kind: "plan", plan: studyPlan(studySpec()) } as const;
    run.tell({ type: "complete-work", work, claim, result });
    expect(run.current.phase).toBe("searching");
    expect(run.sent).toEqual(["trial 1"]);
  });

  it("continues with the last measurement, in any worker", () => {
    const finalTask = { ...newTask(5), phase: "running", claims: 2, leaseUntil: 1e9 };
    const run = new StudyRun();
    run.study = restoreStudy(storedBefore("finalizing", { finalTask }), [done], 100);
    const result = { kind: "final", result: { winner: {}, popularity: {} } } as const;
    run.tell({ type: "complete-work", work: { kind: "final" }, claim: 2, result });
    expect(run.current.phase).toBe("completed");
  });

  it("leaves a study of this version as it is", () => {
    const { trials, ...study } = new StudyRun().current;
    expect(restoreStudy(JSON.parse(JSON.stringify(study)), trials, 100)).toEqual({ ...study, trials });
  });
});
