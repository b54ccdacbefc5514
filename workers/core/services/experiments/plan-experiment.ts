/** How long an experiment would run, by what people did in the days before. */
import type { ExperimentPlan, PlanQuery } from "#contract/experiment.ts";
import { armSamples } from "#engine/experiment/arm-samples.ts";
import { ExperimentTally, type TallyPlan } from "#engine/experiment/experiment-tally.ts";
import { joinSums } from "#engine/experiment/join-sums.ts";
import { minimumDetectableEffect, peopleNeeded, type TestPlan } from "#engine/experiment/power.ts";
import { DEFAULT_TUNING } from "#engine/experiment/sequential-test.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import { eventsOf } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ExperimentRow } from "../resources/experiment.ts";
import { firstShares } from "./experiments.ts";
import { planOf, talliedOf } from "./tally-experiment.ts";

type Deps = Pick<ServiceDeps, "store" | "events" | "clock" | "sleep">;

const DAY_MS = 86_400_000;
const SEGMENTS_PER_PAGE = 500;
const DAYS = [7, 14, 28] as const;

/** Everybody who sees a list of the project counts, whatever slot makes it. Throws 409 for interleaving, whose figures no past lists have. */
export async function planExperiment(
  deps: Deps,
  row: ExperimentRow,
  query: PlanQuery,
): Promise<ExperimentPlan> {
  if (row.kind === "interleave") {
    throw new AppError(
      "conflict",
      "Interleaving cannot be planned: no list of the past is made of two slots.",
    );
  }
  await deps.events.flush(row.projectId);
  const now = deps.clock();
  const from = now - query.days * DAY_MS;
  const plan: TallyPlan = { ...planOf(row, now), arms: 1, isInterleaved: false, periods: [from], before: 0 };
  const parts = [];
  for (let shard = 0; shard < EVENT_SHARDS; shard++) parts.push(await tallyShard(deps, row, plan, shard));
  const sums = joinSums(parts, plan);
  const [sample] = armSamples(sums, row.metric);
  const people = sums.periods[0]?.[0]?.conversion.count ?? 0;
  const test = testPlanOf(row, query);
  const perDay = people / query.days;
  // Both sides of the smallest comparison have this share of all people.
  const inTest = shareInTest(row);
  const needed = sample ? peopleNeeded(sample, query.effect, test) / inTest : Number.POSITIVE_INFINITY;
  const figures = {
    ...{ days: query.days, people, people_per_day: perDay, mean: sample?.mean ?? 0 },
    people_needed: Number.isFinite(needed) ? Math.ceil(needed) : null,
    days_needed: perDay > 0 && Number.isFinite(needed) ? needed / perDay : null,
    detectable: DAYS.map((days) => {
      const effect = sample ? minimumDetectableEffect(sample, perDay * days * inTest, test) : Number.NaN;
      return { days, effect: Number.isFinite(effect) ? effect : null };
    }),
  };
  return { ...figures, advice: adviceOf(figures, query) };
}

async function tallyShard({ store, sleep }: Deps, row: ExperimentRow, plan: TallyPlan, shard: number) {
  const tally = new ExperimentTally(plan);
  const [from = 0] = plan.periods;
  let after: string | null = null;
  do {
    const page = await listSegments(store, shardPrefix(row.projectId, shard), {
      limit: SEGMENTS_PER_PAGE,
      after,
    });
    for (const { key, sealedAt } of page.segments) {
      if (sealedAt < from) continue;
      const lines = (await (await store.get(key))?.text()) ?? "";
      for (const event of eventsOf(lines)) {
        const { arm: _, ...tallied } = talliedOf(event, row);
        tally.add(event.type === "impression" ? { ...tallied, arm: 0 } : tallied);
      }
      await sleep(0);
    }
    after = page.next;
  } while (after !== null);
  return tally.finish();
}

function testPlanOf(row: ExperimentRow, { power, method }: PlanQuery): TestPlan {
  const shares = firstShares(row);
  const [control = 0.5, ...others] = shares;
  const fewest = Math.min(...others);
  const comparisons = row.kind === "ab" ? Math.max(1, others.length) : 1;
  return {
    ...{ kind: method, power, confidence: 1 - (1 - row.confidenceLevel) / comparisons },
    ...{ share: fewest / (control + fewest), tuning: DEFAULT_TUNING },
  };
}

function shareInTest(row: ExperimentRow): number {
  const [control = 0.5, ...others] = firstShares(row);
  return control + Math.min(...others);
}

function adviceOf(
  { people, people_needed, days_needed, days }: Omit<ExperimentPlan, "advice">,
  { effect }: PlanQuery,
): string {
  if (people === 0) return `Nobody saw a list in the last ${days} days, so nothing can be planned.`;
  const wanted = `an effect of ${(effect * 100).toFixed(1)} %`;
  if (people_needed === null || days_needed === null) {
    return `Nobody did in the last ${days} days what counts as a conversion, so no number of people shows ${wanted}.`;
  }
  const whole = Math.ceil(days_needed);
  return `To find ${wanted}, plan ${whole} ${whole === 1 ? "day" : "days"} with ${people_needed} people.`;
}
