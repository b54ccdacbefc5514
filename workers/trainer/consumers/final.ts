import { BASELINE, isBlend } from "#contract/algorithms.ts";
import type { MetricIntervals } from "#contract/tuning-job.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { testSample } from "#engine/tune/plan/test-sample.ts";
import { evaluateOnTest, finalEvaluation } from "#engine/tune/run/final-evaluation.ts";
import type { Configuration } from "#jobs/configuration.ts";
import type { FinalMessage } from "#jobs/messages.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { fitBlendByParts, openBlend } from "./final-blend.ts";
import { workOnStudy } from "./study-work.ts";

const POPULARITY: Configuration = { algorithm: BASELINE, params: {} };

/** Intervals of the metrics that users choose models by. */
const INTERVAL_METRICS = ["ndcg", "recall", "map", "hit"] as const;

/** Measures a study's winner, popularity, and the live configuration on the test part that no trial has seen. */
export function final(deps: TrainerDeps, message: FinalMessage): Promise<void> {
  return workOnStudy(deps, message, async ({ claim, spec, assignment: { winner } }, work) => {
    const attempt = { deps, spec, claim, work };
    const measured = (configuration: Configuration) => measure(attempt, configuration);
    const found = {
      winner: await measured(winner),
      popularity: await measured(POPULARITY),
      ...(spec.serving ? { serving: await measured(spec.serving) } : {}),
    };
    return { kind: "final", result: { ...part(found, "metrics"), intervals: part(found, "intervals") } };
  });
}

interface Measurement {
  readonly metrics: Record<string, number>;
  readonly intervals: MetricIntervals;
}

interface Measured {
  readonly winner: Measurement;
  readonly popularity: Measurement;
  readonly serving?: Measurement;
}

/** The same half for all measurements. */
function part<Half extends keyof Measurement>({ winner, popularity, serving }: Measured, half: Half) {
  return {
    winner: winner[half],
    popularity: popularity[half],
    ...(serving ? { serving: serving[half] } : {}),
  };
}

interface Attempt {
  readonly deps: TrainerDeps;
  readonly spec: StudySpec;
  readonly claim: number;
  readonly work: Work;
}

async function measure(attempt: Attempt, { algorithm, params }: Configuration): Promise<Measurement> {
  const { deps, spec, work } = attempt;
  const hasAges = needsAges(algorithm, params);
  const parts = await deps.datasets.finalParts(spec, spec.split, hasAges);
  const measurement = {
    parts,
    cutoffs: [spec.cutoff],
    perUser: INTERVAL_METRICS.map((metric) => `${metric}@${spec.cutoff}` as const),
    users: testSample(parts.test, spec.split.seed),
    // The seed of the test part, not of the job: the same configuration has the same figure and interval in every job on that
    // part.
    seed: spec.split.seed,
  };
  const blend = isBlend(algorithm)
    ? await fitBlendByParts({
        ...{ ...attempt, params, userItems: parts.seen },
        ...{ features: parts.features, seed: measurement.seed },
      })
    : null;
  return deps.kernels.use(async (kernels) => {
    const steps = blend
      ? evaluateOnTest(openBlend(blend, kernels), measurement)
      : finalEvaluation({ ...measurement, algorithm, params, kernels });
    for (;;) {
      const step = steps.next();
      if (step.done) return { metrics: { ...step.value.metrics }, intervals: { ...step.value.intervals } };
      await work.breathe(step.value.progress);
    }
  });
}
