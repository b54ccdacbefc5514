/** One shard of a replay: its log is read once, the model's lists are made by serving, and sums of a few numbers stay. */
import { SILENT_EVENT_TYPES } from "#contract/event-type.ts";
import type { ReplayTally } from "#contract/replay.ts";
import { OffPolicySums } from "#engine/experiment/replay/off-policy.ts";
import {
  type LoggedList,
  type LoggedPerson,
  type ReplayEvent,
  ReplayLog,
} from "#engine/experiment/replay/replay-log.ts";
import { CrossedGuess, depthOf, replayedList } from "#engine/experiment/replay/replay-people.ts";
import { hashText } from "#jobs/event-shard/hash-text.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ReplayedCase } from "../preview.ts";
import type { ReplayRow } from "./replays.ts";
import { whoOf } from "./tally-shards.ts";

type Deps = Pick<ServiceDeps, "store" | "preview" | "clock" | "sleep">;

const DAY_MS = 86_400_000;
const WITHIN_REQUEST_MS = 7 * DAY_MS;
const MOST_LISTS_A_DAY = 500;
/** Places of lists and acts of people, some 100 bytes each. */
export const MOST_KEPT_OF_SHARD = 200_000;
const SEGMENTS_PER_PAGE = 500;
/** Lists that serving makes in one call, some milliseconds each. */
const CASES_PER_CALL = 25;

/** The last ones; serving knows no more of a person. */
const MOST_ACTS = 500;

/** Nothing helps but another model. */
export class ReplayImpossible extends Error {}

export interface ShardWork {
  readonly shard: number;
  readonly model: { readonly artifactKey: string; readonly trainedAt: number };
  /** Users who are another one, by hash: they are left out. */
  readonly merged: ReadonlySet<string>;
  /** False when another Worker has the work. */
  readonly renew: () => Promise<boolean>;
}

/** Null when another Worker has the work. */
export async function replayShard(deps: Deps, row: ReplayRow, work: ShardWork): Promise<ReplayTally | null> {
  const rewards = new Set(row.conversionTypes);
  const log = new ReplayLog({
    ...{ from: row.from, to: row.to, within: WITHIN_REQUEST_MS, mostKept: MOST_KEPT_OF_SHARD },
    ...{ mostListsADay: MOST_LISTS_A_DAY, rewards: (type) => rewards.has(type) },
    tells: (type) => !SILENT_EVENT_TYPES.includes(type),
  });
  for await (const event of loggedEvents(deps, row, work)) log.add(event);
  const all = log.people();
  const people = all.filter(({ who }) => !work.merged.has(who));
  const sums = await sumsOf(deps, row, work, people);
  if (sums === null) return null;
  const { unknown, mixed, robots } = log.leftOut;
  const leftOut = {
    ...{ without_propensity: unknown, repeated_ids: mixed, robots },
    merged: all.length - people.length,
  };
  return { sums: sums.toStored(), leftOut, sampled: log.rate };
}

/** From the end of the training on, as what people did since then is no part of the model. */
async function* loggedEvents(
  { store, sleep }: Deps,
  { projectId, from, trainedTo }: ReplayRow,
  { shard, renew }: ShardWork,
): AsyncGenerator<ReplayEvent> {
  const since = Math.min(from, trainedTo);
  let after: string | null = null;
  do {
    const page = await listSegments(store, shardPrefix(projectId, shard), {
      limit: SEGMENTS_PER_PAGE,
      after,
    });
    for (const { key, sealedAt } of page.segments) {
      // Its events arrived before it was sealed.
      if (sealedAt < since) continue;
      const lines = (await (await store.get(key))?.text()) ?? "";
      for (const event of eventsOf(lines)) if (event.received >= since) yield replayEventOf(event);
      await sleep(0);
      if (!(await renew())) return;
    }
    after = page.next;
  } while (after !== null);
}

/** The time is that of the arrival: a client's clock may be wrong. */
function replayEventOf({
  user_id,
  item_id,
  type,
  received,
  request_id,
  value,
  metadata,
}: StoredEvent): ReplayEvent {
  const { automatic, position, place_propensity: chance } = metadata ?? {};
  const isShown = type === "impression" && automatic === true && typeof position === "number";
  return {
    ...{ who: whoOf(user_id), userId: user_id, type, itemId: item_id, time: received },
    ...(request_id !== undefined && { requestId: request_id }),
    ...(value !== undefined && { value }),
    ...(isShown && { shown: { place: position, probability: typeof chance === "number" ? chance : null } }),
  };
}

async function sumsOf(
  deps: Deps,
  row: ReplayRow,
  { model, renew }: ShardWork,
  people: readonly LoggedPerson[],
): Promise<OffPolicySums | null> {
  const sums = new OffPolicySums();
  const guess = new CrossedGuess(people, (itemId) => hashText(itemId)[0]);
  for (const group of inGroups(people)) {
    const cases = group.flatMap((person) =>
      [...person.lists].map(([id, list]) => ({ person, list, asked: caseOf(person, id, list) })),
    );
    const lists = new Map<LoggedList, readonly string[]>();
    for (let from = 0; from < cases.length; from += CASES_PER_CALL) {
      if (!(await renew())) return null;
      const some = cases.slice(from, from + CASES_PER_CALL);
      const fresh = await freshLists(
        deps,
        row,
        model,
        some.map(({ asked }) => asked),
      );
      for (const [at, { list }] of some.entries()) lists.set(list, fresh[at] ?? []);
    }
    for (const person of group) {
      const guessed = (itemId: string, place: number) => guess.of(person, itemId, place);
      sums.addPerson(
        [...person.lists.values()].map((list) => replayedList(list, lists.get(list) ?? [], guessed)),
      );
    }
  }
  return sums;
}

/** People with as many lists together as one call makes, or one with more. */
function* inGroups(people: readonly LoggedPerson[]): Generator<readonly LoggedPerson[]> {
  let group: LoggedPerson[] = [];
  let count = 0;
  for (const person of people) {
    group.push(person);
    count += person.lists.size;
    if (count < CASES_PER_CALL) continue;
    yield group;
    group = [];
    count = 0;
  }
  if (group.length > 0) yield group;
}

/** What was known of the person when the list was shown; never what they did with it, whatever the clocks say. */
function caseOf({ userId, acts }: LoggedPerson, requestId: string, list: LoggedList): ReplayedCase {
  const known = acts
    .filter((act) => act.at < list.at && act.requestId !== requestId)
    .sort((a, b) => a.at - b.at);
  return { userId, at: list.at, depth: depthOf(list), acts: known.slice(-MOST_ACTS) };
}

async function freshLists(
  { preview }: Deps,
  { projectId }: ReplayRow,
  { artifactKey, trainedAt }: ShardWork["model"],
  cases: readonly ReplayedCase[],
): Promise<readonly (readonly string[])[]> {
  const answer = await preview.replayed({ projectId, artifactKey, trainedAt }, cases);
  if (answer.ok) return answer.value;
  if (answer.code === "OVERLOADED") throw new Error(answer.message);
  throw new ReplayImpossible(answer.message);
}
