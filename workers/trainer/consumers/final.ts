import { BASELINE, isBlend } from "#contract/algorithms.ts";
import type { FinalMetrics, MetricIntervals } from "#contract/tuning-job.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import type { Resampled } from "#engine/evaluate/bootstrap-interval.ts";
import { pairedDifferences } from "#engine/evaluate/paired-difference.ts";
import { testSample } from "#engine/tune/plan/test-sample.ts";
import {
  evaluateOnTest,
  type FinalEvaluation,
  type FinalParts,
  finalEvaluation,
} from "#engine/tune/run/final-evaluation.ts";
import type { Configuration } from "#jobs/configuration.ts";
import type { FinalMessage } from "#jobs/messages.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import { resamplesKey } from "#storage/keys.ts";
import { writeResamples } from "#storage/measured-resamples.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { INTERVAL_METRICS } from "../work/interval-metrics.ts";
import type { Work } from "../work/work.ts";
import { fitBlendByParts, openBlend } from "./final-blend.ts";
import { HEAD, joinSegments, type SegmentFigures, segmentFigures } from "./measured-segments.ts";
import type { MeasuredPlace } from "./study-part.ts";
import { workOnStudy } from "./study-work.ts";

const POPULARITY: Configuration = { algorithm: BASELINE, params: {} };

/** Measures a study's winner, popularity, and the live configuration on the test part that no trial has seen. */
export function final(deps: TrainerDeps, message: FinalMessage): Promise<void> {
  return workOnStudy(deps, message, async ({ claim, spec, assignment: { winner } }, work) => {
    const sample = await work.keepAlive(() => deps.datasets.sample(spec));
    const attempt: Attempt = { deps, spec, claim, work, place: "warm" };
    const partsOf = (hasAges: boolean) => deps.datasets.finalParts(spec, spec.split, hasAges);
    const measured = (configuration: Configuration) => measure(attempt, configuration, partsOf);
    const found = {
      winner: await measured(winner),
      popularity: await measured(POPULARITY),
      ...(spec.serving ? { serving: await measured(spec.serving) } : {}),
    };
    await writeResamples(deps.files, resamplesKey(spec.projectId, spec.jobId), part(found, "resampled"));
    const result = resultOf(found);
    return {
      kind: "final",
      result,
      ...(sample && { sample: { users: sample.users, ofUsers: sample.ofUsers } }),
    };
  });
}

function resultOf(found: Measured): FinalMetrics {
  const over = (other: Measurement) => ({ ...pairedDifferences(found.winner, other) });
  return {
    ...part(found, "metrics"),
    intervals: part(found, "intervals"),
    differences: {
      popularity: over(found.popularity),
      ...(found.serving ? { serving: over(found.serving) } : {}),
    },
    segments: joinSegments(part(found, "segments")),
  };
}

interface Measurement {
  readonly metrics: Record<string, number>;
  readonly intervals: MetricIntervals;
  readonly resampled: Resampled;
  /** None of new items and new users, who are a segment themselves. */
  readonly segments: readonly SegmentFigures[];
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

/** An attempt to measure a study's winner. */
export interface Attempt {
  readonly deps: TrainerDeps;
  readonly spec: StudySpec;
  readonly claim: number;
  readonly place: MeasuredPlace;
  readonly work: Work;
}

/** Fits a configuration to what is seen of the parts and measures it on their test part, or on a sample of its users if that is large. */
export async function measure(
  attempt: Attempt,
  { algorithm, params }: Configuration,
  partsOf: (hasAges: boolean) => Promise<FinalParts>,
): Promise<Measurement> {
  const { deps, spec, work, place } = attempt;
  const parts = await partsOf(needsAges(algorithm, params));
  const measurement = {
    parts,
    cutoffs: [spec.cutoff],
    perUser: INTERVAL_METRICS.map((metric) => `${metric}@${spec.cutoff}` as const),
    users: testSample(parts.test, spec.split.seed),
    // The seed of the test part, not of the job: the same configuration has the same figure and interval in every job on that
    // part.
    seed: spec.split.seed,
    ...(place === "warm" && { segments: HEAD }),
  };
  const blend = isBlend(algorithm)
    ? await fitBlendByParts({
        ...{ ...attempt, params, userItems: parts.seen },
        ...{ features: parts.features, order: parts, seed: measurement.seed },
      })
    : null;
  return deps.kernels.use(async (kernels) => {
    const steps = blend
      ? evaluateOnTest(openBlend(blend, kernels), measurement)
      : finalEvaluation({ ...measurement, algorithm, params, kernels });
    for (;;) {
      const step = steps.next();
      if (step.done) return measurementOf(step.value, parts);
      await work.breathe(step.value.progress);
    }
  });
}

function measurementOf(found: FinalEvaluation, { seen }: FinalParts): Measurement {
  const { metrics, intervals, resampled } = found;
  if (!resampled) throw new RangeError("The last measurement keeps values of users.");
  return {
    metrics: { ...metrics },
    intervals: { ...intervals },
    resampled,
    segments: segmentFigures(found, seen),
  };
}
