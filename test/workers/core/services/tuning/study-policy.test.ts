import { describe, expect, it } from "vitest";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import { advanceStudy } from "#jobs/advance-study.ts";
import type { Configuration, Study, StudyPolicy, StudySpec } from "#jobs/study-job.ts";
import { StudyChooser, studyPolicy } from "#services/tuning/study-policy.ts";
import { outcome, StudyRun, studySpec } from "../../jobs/study-fixture.ts";

const spec = studySpec({ algorithms: ["TopPop", "CosineKNN", "IALS"], trialCount: 60 });

function worthOf({ algorithm, params }: Configuration): number {
  const size = Number(params.top_k ?? params.n_components ?? 1);
  return (algorithm === "IALS" ? 0.4 : 0.3) - Math.abs(Math.log10(size / 90)) / 20;
}

/** Runs a study whose trials end in the given order for each batch of parallel ones. */
function configurations(policy: StudyPolicy, given: StudySpec = spec): Configuration[] {
  const run = new StudyRun(given, policy);
  const found: Configuration[] = [];
  while (run.current.phase === "searching") {
    const waiting = run.current.trials.filter(({ task }) => task.phase === "waiting");
    const claims = waiting.flatMap(({ number }) => {
      const reply = run.tell({ type: "claim-trial", trial: number });
      if (reply.type !== "trial") return [];
      found.push(reply.configuration);
      return [{ number, claim: reply.claim, configuration: reply.configuration }];
    });
    for (const { number, claim, configuration } of claims.reverse()) {
      const result = outcome(worthOf(configuration), { params: configuration.params });
      run.tell({ type: "complete-trial", trial: number, claim, outcome: result });
    }
  }
  return found;
}

describe("StudyChooser", () => {
  it("chooses as the policy without a memory does", () => {
    expect(configurations(new StudyChooser())).toEqual(configurations(studyPolicy));
  });

  it("goes on as it would have, when another takes its place in the middle", () => {
    let chooser = new StudyChooser();
    const forgetful: StudyPolicy = {
      suggest(given, trials, number) {
        if (number % 13 === 5) chooser = new StudyChooser();
        return chooser.suggest(given, trials, number);
      },
      shouldPrune: () => false,
    };
    expect(configurations(forgetful)).toEqual(configurations(new StudyChooser()));
  });

  it("answers at once with what it has prepared", () => {
    const [chooser, other] = [new StudyChooser(), new StudyChooser()];
    const study = advanceStudy(null, { type: "start", spec }, 0, chooser)?.state as Study;
    runToEnd(chooser.prepare(spec, study.trials, 0));
    const suggested = chooser.suggest(spec, study.trials, 0);
    expect(suggested).not.toBeNull();
    expect(suggested).toEqual(other.suggest(spec, study.trials, 0));
  });

  it("tries no configuration twice with sixteen trials at a time, and stops when all were tried", () => {
    const many = configurations(new StudyChooser(), { ...spec, parallelTrials: 16, trialCount: 120 });
    expect(new Set(many.map((found) => JSON.stringify(found))).size).toBe(120);
    const one = configurations(new StudyChooser(), { ...spec, algorithms: ["TopPop"], parallelTrials: 4 });
    expect(one).toEqual([{ algorithm: "TopPop", params: {} }]);
  });

  it("forgets a life of the study that is over", () => {
    const chooser = new StudyChooser();
    configurations(chooser);
    expect(configurations(chooser)).toEqual(configurations(new StudyChooser()));
  });
});
