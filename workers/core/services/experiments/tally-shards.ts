/** What people did in an experiment or a test: kept tallies of each shard, continued by what came since. */
import type { TalliedEvent, TallyPlan } from "#engine/experiment/experiment-tally.ts";
import { type ExperimentSums, ExperimentTally } from "#engine/experiment/experiment-tally.ts";
import { joinSums } from "#engine/experiment/join-sums.ts";
import { hashText } from "#jobs/event-shard/hash-text.ts";
import { EVENT_SHARDS, shardOf } from "#jobs/event-shard/shard-address.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";
import { storedMerges } from "#storage/user-merges.ts";
import type { ServiceDeps } from "../deps.ts";
import { type KeptTally, lowestSent, readTally, type TallyPlace, writeTally } from "./kept-tallies.ts";

export type TallyDeps = Pick<ServiceDeps, "store" | "events" | "clock" | "sleep">;

const DAY_MS = 86_400_000;
/** What every tally has in common: habits of four weeks before, a day after a list, a week after a list that is named. */
export const TALLY_RULES = {
  ...{ before: 28 * DAY_MS, within: DAY_MS, withinRequest: 7 * DAY_MS, mostListsADay: 500 },
  /** Of a shard, some 300 bytes each; a project has sixteen shards. */
  mostPeople: 100_000,
  /** Lists of the last week, some 200 bytes each. */
  mostLists: 200_000,
} as const;
const SEGMENTS_PER_PAGE = 500;
/** Changes with what is kept. */
export const TALLY_FORM = 3;

/** A conversion event of Recotem's clients. */
export interface SentEvent {
  readonly id: number;
  readonly userId: string;
  readonly tallied: TalliedEvent;
}

export interface SentEvents {
  /** Those that came next, in the order of their ids. */
  readonly events: readonly SentEvent[];
  /** The highest id that was looked at. */
  readonly last: number;
  /** Whether nothing has come after it. */
  readonly isEnd: boolean;
}

export interface TallySource extends TallyPlace {
  readonly projectId: number;
  readonly plan: TallyPlan;
  readonly talliedOf: (event: StoredEvent) => TalliedEvent;
  /** Reads what came by conversion events after an id, as many as fit memory; absent where they do not count. */
  readonly sentAfter?: (id: number) => Promise<SentEvents>;
}

export interface Tallied extends ExperimentSums {
  /** The share of people that the sums are of. */
  readonly sampled: number;
}

const NOTHING_SENT: SentEvents = { events: [], last: 0, isEnd: true };

/** Reads what is new, and adds up. Writes all events that have arrived as segments first. */
export async function tallyShards(deps: TallyDeps, source: TallySource): Promise<Tallied> {
  await deps.events.flush(source.projectId);
  const merged = await mergedPeople(deps, source.projectId);
  let rate = 1;
  let sent = source.sentAfter ? await source.sentAfter(await lowestSent(deps, source)) : NOTHING_SENT;
  for (;;) {
    for (let shard = 0; shard < EVENT_SHARDS; shard++) {
      rate = Math.min(rate, await upToDate(deps, source, shard, sent));
    }
    if (sent.isEnd || !source.sentAfter) break;
    sent = await source.sentAfter(sent.last);
  }
  // Again from the kept ones: in memory there is one shard at a time.
  const sums: ExperimentSums[] = [];
  for (let shard = 0; shard < EVENT_SHARDS; shard++) {
    const kept = await readTally(deps, source, shard);
    if (kept) sums.push(new ExperimentTally(source.plan, kept.tally).finish(rate, merged));
  }
  return { ...joinSums(sums, source.plan), sampled: rate };
}

/** Returns the share of people that the tally is of. */
async function upToDate(
  deps: TallyDeps,
  source: TallySource,
  shard: number,
  sent: SentEvents,
): Promise<number> {
  const kept = await readTally(deps, source, shard);
  const tally = new ExperimentTally(source.plan, kept?.tally);
  const after = await addSegments(deps, source, shard, { tally, after: kept?.after ?? null });
  const known = kept?.sent ?? 0;
  for (const { id, userId, tallied } of sent.events) {
    if (id > known && shardOf(userId) === shard) tally.add(tallied);
  }
  const place = { after, sent: Math.max(known, sent.last) };
  if (!kept || kept.after !== place.after || kept.sent !== place.sent) {
    const now = Math.min(deps.clock(), source.plan.to);
    await writeTally(deps, source, shard, { ...place, tally: tally.toStored(now) });
  }
  return tally.rate;
}

/** Returns the key of the last segment. */
async function addSegments(
  { store, sleep }: TallyDeps,
  { projectId, plan, talliedOf }: TallySource,
  shard: number,
  { tally, after }: Pick<KeptTally, "after"> & { readonly tally: ExperimentTally },
): Promise<string | null> {
  const since = (plan.periods[0] ?? 0) - plan.before;
  let [last, next] = [after, after];
  do {
    const prefix = shardPrefix(projectId, shard);
    const page = await listSegments(store, prefix, { limit: SEGMENTS_PER_PAGE, after: next });
    for (const { key, sealedAt } of page.segments) {
      last = key;
      // Its events arrived before it was sealed.
      if (sealedAt < since) continue;
      const lines = (await (await store.get(key))?.text()) ?? "";
      for (const event of eventsOf(lines)) tally.add(talliedOf(event));
      await sleep(0);
    }
    next = page.next;
  } while (next !== null);
  return last;
}

/**
 * An event without its variant. The time is that of the arrival: a client's clock may be wrong.
 */
export function plainEvent({
  user_id,
  item_id,
  type,
  received: time,
  request_id: requestId,
  value,
}: StoredEvent): TalliedEvent {
  return {
    ...{ who: whoOf(user_id), type, item: hashText(item_id)[0], time },
    // A caller's own id may be long.
    ...(requestId !== undefined && { requestId: whoOf(requestId) }),
    ...(value !== undefined && { value }),
  };
}

/** A user or a request, by a hash of 64 bits. */
export function whoOf(id: string): string {
  const [high, low] = hashText(id);
  return `${high.toString(36)}.${low.toString(36)}`;
}

/** Users who are another one, and those whom others are, by hash. */
export async function mergedPeople(
  { store, clock }: Pick<TallyDeps, "store" | "clock">,
  projectId: number,
): Promise<ReadonlySet<string>> {
  const people = new Set<string>();
  for await (const { from, to } of storedMerges(store, projectId, clock())) {
    people.add(whoOf(from));
    people.add(whoOf(to));
  }
  return people;
}
