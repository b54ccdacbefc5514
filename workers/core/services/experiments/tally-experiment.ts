/** What people did in an experiment: kept tallies of each shard, continued by the segments that came since. */
import type { TalliedEvent, TallyPlan } from "#engine/experiment/experiment-tally.ts";
import { type ExperimentSums, ExperimentTally } from "#engine/experiment/experiment-tally.ts";
import { joinSums } from "#engine/experiment/join-sums.ts";
import { hashText } from "#jobs/event-shard/hash-text.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";
import { storedMerges } from "#storage/user-merges.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ExperimentRow } from "../resources/experiment.ts";
import { firstShares } from "./experiments.ts";
import { readTally, writeTally } from "./kept-tallies.ts";

type Deps = Pick<ServiceDeps, "store" | "events" | "clock" | "sleep">;

const DAY_MS = 86_400_000;
/** Of people's habits before the start. */
const BEFORE_MS = 28 * DAY_MS;
const WITHIN_MS = DAY_MS;
const WITHIN_REQUEST_MS = 7 * DAY_MS;
const MOST_LISTS_A_DAY = 500;
/** Of a shard, some 300 bytes each; a project has sixteen shards. */
export const MOST_PEOPLE_OF_SHARD = 100_000;
/** Lists of the last week, some 200 bytes each. */
const MOST_LISTS_OF_SHARD = 200_000;
const SEGMENTS_PER_PAGE = 500;
/** Changes with what is kept. */
const FORM = 3;

export interface ExperimentTallied extends ExperimentSums {
  /** The share of people that the sums are of. */
  readonly sampled: number;
  /** People who are two users. */
  readonly merged: number;
}

/** Reads what is new, and adds up. Writes all events that have arrived as segments first. */
export async function tallyExperiment(deps: Deps, row: ExperimentRow): Promise<ExperimentTallied> {
  await deps.events.flush(row.projectId);
  const plan = planOf(row, row.endedAt ?? deps.clock());
  const merged = await mergedPeople(deps, row.projectId);
  let rate = 1;
  for (let shard = 0; shard < EVENT_SHARDS; shard++) {
    rate = Math.min(rate, (await upToDate(deps, row, plan, shard)).rate);
  }
  // Again from the kept ones: in memory there is one shard at a time.
  const sums: ReturnType<ExperimentTally["finish"]>[] = [];
  for (let shard = 0; shard < EVENT_SHARDS; shard++) {
    const kept = await readTally(deps, row, shard, rulesOf(row));
    if (kept) sums.push(new ExperimentTally(plan, kept.tally).finish(rate, merged));
  }
  const joined = joinSums(sums, plan);
  return { ...joined, sampled: rate };
}

async function upToDate(
  deps: Deps,
  row: ExperimentRow,
  plan: TallyPlan,
  shard: number,
): Promise<{ readonly rate: number }> {
  const { store, sleep, clock } = deps;
  const rules = rulesOf(row);
  const kept = await readTally(deps, row, shard, rules);
  const tally = new ExperimentTally(plan, kept?.tally);
  const since = (plan.periods[0] ?? 0) - plan.before;
  let after = kept?.after ?? null;
  let [last, next] = [after, after];
  do {
    const prefix = shardPrefix(row.projectId, shard);
    const page = await listSegments(store, prefix, { limit: SEGMENTS_PER_PAGE, after: next });
    for (const { key, sealedAt } of page.segments) {
      last = key;
      // Its events arrived before it was sealed.
      if (sealedAt < since) continue;
      const lines = (await (await store.get(key))?.text()) ?? "";
      for (const event of eventsOf(lines)) tally.add(talliedOf(event, row));
      await sleep(0);
    }
    next = page.next;
  } while (next !== null);
  if (last !== after || !kept) {
    after = last;
    await writeTally(deps, row, shard, { rules, after, tally: tally.toStored(Math.min(clock(), plan.to)) });
  }
  return tally;
}

export function planOf(row: ExperimentRow, to: number): TallyPlan {
  const types = new Set(row.conversionTypes);
  return {
    ...{ arms: firstShares(row).length, isInterleaved: row.kind === "interleave" },
    periods: row.periods.map(({ from }) => from),
    ...{ to, before: BEFORE_MS, within: WITHIN_MS, withinRequest: WITHIN_REQUEST_MS },
    ...{ converts: (type) => types.has(type), mostListsADay: MOST_LISTS_A_DAY },
    ...{ mostPeople: MOST_PEOPLE_OF_SHARD, mostLists: MOST_LISTS_OF_SHARD },
  };
}

/** Without the end and without later periods: what was read stays right when they come. */
function rulesOf({ kind, variants, conversionTypes, startedAt }: ExperimentRow): string {
  return JSON.stringify([FORM, kind, variants, conversionTypes, startedAt]);
}

/** The time is that of the arrival: a client's clock may be wrong. */
export function talliedOf(
  event: StoredEvent,
  row: Pick<ExperimentRow, "id" | "kind" | "variants">,
): TalliedEvent {
  const { user_id, item_id, type, received: time, request_id: requestId, value, metadata } = event;
  const arm = type === "impression" || type === "empty_list" ? armOf(metadata, row) : undefined;
  const ms = metadata?.ms;
  return {
    ...{ who: whoOf(user_id), type, item: hashText(item_id)[0], time },
    // A caller's own id may be long.
    ...(requestId !== undefined && { requestId: whoOf(requestId) }),
    ...(arm !== undefined && { arm }),
    ...(arm !== undefined && typeof ms === "number" && { ms }),
    ...(value !== undefined && { value }),
  };
}

/** A user or a request, by a hash of 64 bits. */
export function whoOf(id: string): string {
  const [high, low] = hashText(id);
  return `${high.toString(36)}.${low.toString(36)}`;
}

/** Undefined for lists of others. */
function armOf(
  metadata: StoredEvent["metadata"],
  { id, kind, variants }: Pick<ExperimentRow, "id" | "kind" | "variants">,
): number | undefined {
  if (kind === "holdout") {
    const isHeldOut = metadata?.held_out;
    return typeof isHeldOut === "boolean" ? (isHeldOut ? 0 : 1) : undefined;
  }
  if (metadata?.experiment_id !== id) return undefined;
  const arm = variants.findIndex(({ slot }) => slot === metadata.slot_id);
  return arm < 0 ? undefined : arm;
}

/** Users who are another one, and those whom others are, by hash. */
export async function mergedPeople(
  { store, clock }: Pick<Deps, "store" | "clock">,
  projectId: number,
): Promise<ReadonlySet<string>> {
  const people = new Set<string>();
  for await (const { from, to } of storedMerges(store, projectId, clock())) {
    people.add(whoOf(from));
    people.add(whoOf(to));
  }
  return people;
}
