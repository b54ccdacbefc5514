/** Models against each other and against popularity, on the same resamples of the users of one test part. */
import type { ComparedModel, ModelPair } from "#contract/model-comparison.ts";
import type { MetricDifferences } from "#contract/tuning-job.ts";
import type { Resampled } from "#engine/evaluate/bootstrap-interval.ts";
import { pairedDifferences } from "#engine/evaluate/paired-difference.ts";
import { resamplesKey } from "#storage/keys.ts";
import { readResamples } from "#storage/measured-resamples.ts";
import type { ServiceDeps } from "../deps.ts";
import { testPartOfJob } from "../resources/tuning-job.ts";
import type { Figure } from "./model-figures.ts";

/** A figure with what it can be paired by. */
export interface PairedFigure {
  readonly metrics: Readonly<Record<string, number>>;
  readonly testPart: string;
  readonly resampled: Resampled;
  readonly overPopularity: MetricDifferences | null;
}

/** Null for a figure of an earlier release, of an import, or of a job that was deleted. */
export async function pairedFigure(
  { store }: Pick<ServiceDeps, "store">,
  { metrics, testPart, half, job }: Figure,
): Promise<PairedFigure | null> {
  const final = job?.finalMetrics;
  // The resamples are those of the job's own figure, not of the sample beside it.
  if (!job || !final || testPart !== testPartOfJob(job)) return null;
  const kept = await readResamples(store, resamplesKey(job.projectId, job.id));
  const [resampled, popularity] = [kept?.[half], kept?.popularity];
  if (!resampled) return null;
  const overPopularity = popularity
    ? pairedDifferences({ metrics, resampled }, { metrics: final.popularity, resampled: popularity })
    : null;
  return { metrics, testPart, resampled, overPopularity };
}

/** Each two of the models whose figures are of one test part and pair up. */
export function pairsOf(
  models: readonly Pick<ComparedModel, "id">[],
  figures: readonly (PairedFigure | null)[],
): ModelPair[] {
  return models.flatMap(({ id: model }, at) =>
    models.slice(at + 1).flatMap(({ id: than }, next) => {
      const [own, other] = [figures[at], figures[at + 1 + next]];
      if (!own || !other || own.testPart !== other.testPart) return [];
      const differences = pairedDifferences(own, other);
      return differences ? [{ model, than, differences }] : [];
    }),
  );
}
