import { describe, expect, it } from "vitest";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { Configuration } from "#jobs/configuration.ts";
import type { Study, StudyPolicy, StudySpec } from "#jobs/study-job.ts";
import { StudyChooser } from "#services/tuning/study-policy.ts";
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

/** Another takes its place before some trials. */
class Forgetful extends StudyChooser {
  #present = new StudyChooser();
  readonly #isReplaced: (number: number) => boolean;

  constructor(isReplaced: (number: number) => boolean) {
    super();
    this.#isReplaced = isReplaced;
  }

  override suggest(study: Study, number: number): Configuration | null {
    if (this.#isReplaced(number)) this.#present = new StudyChooser();
    return this.#present.suggest(study, number);
  }
}

describe("StudyChooser", () => {
  const expected = configurations(new StudyChooser());

  it("chooses as a new instance does", () => {
    expect(configurations(new Forgetful(() => true))).toEqual(expected);
  });

  it("continues unchanged when another instance takes over in the middle", () => {
    const forgetful = new Forgetful((number) => number % 13 === 5);
    expect(configurations(forgetful)).toEqual(expected);
  });

  it("answers at once with what it has prepared", () => {
    const [chooser, other] = [new StudyChooser(), new StudyChooser()];
    const study = new StudyRun(spec, chooser).current;
    runToEnd(chooser.prepare(study, 0));
    const suggested = chooser.suggest(study, 0);
    expect(suggested).not.toBeNull();
    expect(suggested).toEqual(other.suggest(study, 0));
  });

  it("tries no configuration twice with sixteen trials at a time, and stops when all were tried", () => {
    const many = configurations(new StudyChooser(), { ...spec, parallelTrials: 16, trialCount: 120 });
    expect(new Set(many.map((found) => JSON.stringify(found))).size).toBe(120);
    const one = configurations(new StudyChooser(), { ...spec, algorithms: ["TopPop"], parallelTrials: 4 });
    expect(one).toEqual([{ algorithm: "TopPop", params: {} }]);
  });

  it("forgets the earlier life of a restarted study", () => {
    const chooser = new StudyChooser();
    configurations(chooser);
    expect(configurations(chooser)).toEqual(expected);
  });
});
