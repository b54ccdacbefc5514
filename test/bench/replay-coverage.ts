/**
 * How often the intervals of a replay hold the truth, in worlds drawn for each log: slots with lists of their own share the
 * requests, one person sends several, and people differ in their readiness. A log goes the way of the call: events, log, guess, sums.
 */
import { OffPolicySums } from "#engine/experiment/replay/off-policy.ts";
import { placeProbabilities } from "#engine/experiment/replay/place-probabilities.ts";
import { type ReplayEvent, ReplayLog } from "#engine/experiment/replay/replay-log.ts";
import { CrossedGuess, depthOf, replayedList } from "#engine/experiment/replay/replay-people.ts";
import type { Random } from "#engine/random.ts";

const ESTIMATES = ["ips", "selfNormalised", "doublyRobust"] as const;
const [KINDS, ITEMS, DEPTH, LISTS_EACH] = [4, 12, 4, 2];
const SHARES = [0.5, 0.3, 0.2];

/** The share of 95 % intervals that hold the true reward per list of the new model. */
export function replayCoverage(logs: number, lists: number, random: Random) {
  const inside = { ips: 0, selfNormalised: 0, doublyRobust: 0 };
  for (let at = 0; at < logs; at++) {
    const world = newWorld(random);
    const found = estimatesOf(world, Math.round(lists / LISTS_EACH), random);
    if (found === null) continue;
    for (const name of ESTIMATES)
      inside[name] += Number(found[name].low <= world.truth && world.truth <= found[name].high);
  }
  return Object.fromEntries(ESTIMATES.map((name) => [name, inside[name] / logs]));
}

interface Kind {
  /** Of each slot. */
  readonly lists: readonly (readonly string[])[];
  readonly fresh: readonly string[];
  /** The chance that a person of readiness 1 takes an item from a place. */
  readonly reward: (itemId: string, place: number) => number;
}

function newWorld(random: Random) {
  const kinds = Array.from({ length: KINDS }, (): Kind => {
    const appeal = Array.from({ length: ITEMS }, () => 0.02 + 0.2 * random.next());
    const lists = SHARES.map(() => shuffled(random).slice(0, DEPTH));
    const reward = (itemId: string, place: number) => (appeal[Number(itemId)] ?? 0) / Math.log2(place + 2);
    return { lists, fresh: freshOf(lists, random), reward };
  });
  const rewardOf = ({ fresh, reward }: Kind) =>
    fresh.reduce((sum, itemId, place) => sum + reward(itemId, place), 0);
  return { kinds, truth: kinds.reduce((sum, kind) => sum + rewardOf(kind), 0) / KINDS };
}

/** In each place an item that one of the slots has there, so that all of the list has support. */
function freshOf(lists: readonly (readonly string[])[], random: Random): string[] {
  for (;;) {
    const items = Array.from(
      { length: DEPTH },
      (_, place) => lists[random.below(lists.length)]?.[place] ?? "",
    );
    if (new Set(items).size === DEPTH) return items;
  }
}

function shuffled(random: Random): string[] {
  const items = Array.from({ length: ITEMS }, (_, item) => String(item));
  for (let at = ITEMS - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [items[at], items[other]] = [items[other] as string, items[at] as string];
  }
  return items;
}

function estimatesOf({ kinds }: ReturnType<typeof newWorld>, people: number, random: Random) {
  const log = new ReplayLog({
    ...{ from: 0, to: 1e9, within: 1e9, mostKept: 1e9, mostListsADay: 500 },
    ...{ rewards: (type) => type === "click", tells: () => true },
  });
  const ofPerson = new Map<string, Kind>();
  for (let person = 0; person < people; person++) {
    const kind = kinds[random.below(KINDS)] as Kind;
    ofPerson.set(String(person), kind);
    for (const event of eventsOf(person, kind, random)) log.add(event);
  }
  const found = log.people();
  const guess = new CrossedGuess(found, Number);
  const sums = new OffPolicySums();
  for (const person of found) {
    const { fresh } = ofPerson.get(person.userId) as Kind;
    const guessed = (itemId: string, place: number) => guess.of(person, itemId, place);
    const lists = [...person.lists.values()];
    sums.addPerson(lists.map((list) => replayedList(list, fresh.slice(0, depthOf(list)), guessed)));
  }
  return sums.estimates(0.95);
}

function* eventsOf(person: number, kind: Kind, random: Random): Generator<ReplayEvent> {
  const readiness = random.next() < 0.5 ? 0.5 : 1.5;
  const common = { who: `0.${person.toString(36)}`, userId: String(person) };
  const branches = kind.lists.map((items, slot) => ({ share: SHARES[slot] ?? 0, items }));
  for (let list = 0; list < LISTS_EACH; list++) {
    const ofList = { ...common, requestId: String(list), time: list };
    const items = kind.lists[drawn(random)] ?? [];
    const placed = { items: items.map((itemId) => ({ itemId })), offset: 0, explorationRate: 0 };
    const chances = placeProbabilities(placed, branches);
    for (const [place, itemId] of items.entries()) {
      const shown = { place, probability: chances[place] ?? 0 };
      yield { ...ofList, type: "impression", itemId, shown };
    }
    for (const [place, itemId] of items.entries()) {
      if (random.next() < readiness * kind.reward(itemId, place)) yield { ...ofList, type: "click", itemId };
    }
  }
}

function drawn(random: Random): number {
  let left = random.next();
  for (const [slot, share] of SHARES.entries()) {
    left -= share;
    if (left < 0) return slot;
  }
  return SHARES.length - 1;
}
