/**
 * From events to people: what each person saw and did in an experiment or a test, event by event, in a form that can be kept and continued, so
 * that a later report reads only what came since. A person is in the variant whose lists they saw. What they did belongs to the list that its
 * `request_id` names, else to the last list that they saw, if that was not long ago. A person counts once in each period, a time in which the
 * shares of the variants were the same, however often they came: a thousand clicks of one person weigh as one.
 */
import { EMPTY_LIST } from "#contract/event-type.ts";
import { EarlyActs, type StoredActs } from "./early-acts.ts";
import { DistinctCount } from "./statistics/distinct-count.ts";
import { NO_UNITS, type UnitSums, withUnit } from "./statistics/sample.ts";
import { TimeHistogram } from "./statistics/time-histogram.ts";
import {
  newPerson,
  type Part,
  type Person,
  personOf,
  type StoredPerson,
  storedPerson,
} from "./tallied-person.ts";

/** An event as the tally reads it; those of a person come about in the order in which they arrived. */
export interface TalliedEvent {
  /** The user's hash in two numbers of base 36 with a full stop between; the first one decides on samples. */
  readonly who: string;
  readonly type: string;
  /** Hash of the item, 32 bits. */
  readonly item: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly requestId?: string;
  /** Of an impression or an empty list: the variant that made it, by position; of an interleaved list the one that picked the item. */
  readonly arm?: number;
  /** A conversion that itself says that it belongs here: it counts for the person's last list, however long ago that was. */
  readonly isOfTest?: true;
  /** How long the list took, milliseconds, at its first item. */
  readonly ms?: number;
  readonly value?: number;
}

export interface TallyPlan {
  readonly arms: number;
  readonly isInterleaved: boolean;
  /** Beginnings of the periods, ascending; the first is that of the experiment. Epoch milliseconds. */
  readonly periods: readonly number[];
  /** The last moment that counts. */
  readonly to: number;
  /** Conversions before the start that say how active a person is, milliseconds; 0 for none. */
  readonly before: number;
  /** How long after a list an event without its request belongs to it, milliseconds. */
  readonly within: number;
  /** How long after a list an event with its request belongs to it, milliseconds. */
  readonly withinRequest: number;
  readonly converts: (type: string) => boolean;
  /** Lists a day from which somebody is no person. */
  readonly mostListsADay: number;
  /** People in memory, and their lists that may still get conversions; beyond either, half of the people are sampled, by hash. */
  readonly mostPeople: number;
  readonly mostLists: number;
}

/** What the lists of a variant were like. */
export interface ArmLists {
  readonly lists: number;
  readonly empty: number;
  readonly times: TimeHistogram;
  readonly items: DistinctCount;
}

/** Sums over the people of a variant in a period; the second value of each sum is what the comment says. */
export interface ArmSums {
  /** 1 for a person with a conversion; beside it what they did before the start. */
  readonly conversion: UnitSums;
  /** A person's lists with a conversion; beside it all of their lists. */
  readonly perList: UnitSums;
  /** The sum of the values of a person's conversions; beside it what they did before the start. */
  readonly revenue: UnitSums;
}

export interface ExperimentSums {
  /** By period, then by variant. */
  readonly periods: readonly (readonly ArmSums[])[];
  /** Of interleaving: (b − a) / (a + b) of the credit of each person with any. */
  readonly preference: UnitSums;
  readonly credits: readonly [a: number, b: number];
  readonly lists: readonly ArmLists[];
  /** People who saw lists of several variants, those with too many lists for a person, and those who are two users: they are in none. */
  readonly mixed: number;
  readonly robots: number;
  readonly merged: number;
}

/** A conversion of a request whose list is not in the log yet. */
interface EarlyConversion extends TalliedEvent {
  /** The request of the list that it counts for if the named one does not come. */
  readonly fallback?: string;
}

/** As JSON keeps it. */
export interface StoredTally {
  readonly rate: number;
  readonly people: readonly StoredPerson[];
  readonly early: StoredActs<EarlyConversion>;
  readonly lists: readonly {
    readonly lists: number;
    readonly empty: number;
    readonly times: readonly number[];
    readonly items: string;
  }[];
}

const DAY_MS = 86_400_000;
/** Conversions of one list; nobody takes more from it. */
const MOST_OF_LIST = 1_000;
const NO_SUMS: ArmSums = { conversion: NO_UNITS, perList: NO_UNITS, revenue: NO_UNITS };

export class ExperimentTally {
  readonly #plan: TallyPlan;
  readonly #people = new Map<string, Person>();
  readonly #lists: { lists: number; empty: number; times: TimeHistogram; items: DistinctCount }[];
  readonly #early: EarlyActs<EarlyConversion>;
  #rate: number;
  #openLists = 0;

  constructor(plan: TallyPlan, stored?: StoredTally) {
    this.#plan = plan;
    this.#rate = stored?.rate ?? 1;
    this.#early = new EarlyActs(stored?.early);
    for (const kept of stored?.people ?? []) {
      const person = personOf(kept);
      this.#people.set(kept[0], person);
      this.#openLists += person.recent.size;
    }
    this.#lists = Array.from({ length: plan.arms }, (_, arm) => {
      const kept = stored?.lists[arm];
      const [times, items] = [new TimeHistogram(kept?.times), new DistinctCount(kept?.items)];
      return { lists: kept?.lists ?? 0, empty: kept?.empty ?? 0, times, items };
    });
  }

  /** The share of people that are in it: those whose hash is below. */
  get rate(): number {
    return this.#rate;
  }

  add(event: TalliedEvent): void {
    const { periods, to, before, converts } = this.#plan;
    const [from = 0] = periods;
    if (event.time > to || event.time < from - before || shareOf(event.who) >= this.#rate) return;
    this.#endWaiting(event.time);
    const isConversion = converts(event.type);
    if (event.time < from) {
      if (isConversion) this.#personOf(event.who).before++;
    } else if (event.arm !== undefined) this.#see(event, event.arm);
    else if (isConversion) this.#convert(event);
  }

  /**
   * The last call: conversions that wait for their lists count for the lists before them.
   *
   * @param rate   The people with hashes below; at most the tally's own.
   * @param merged People who are two users: the slot of each is drawn by itself.
   */
  finish(rate = this.#rate, merged: ReadonlySet<string> = new Set()): ExperimentSums {
    this.#endWaiting(Number.POSITIVE_INFINITY);
    const { arms, periods, to, mostListsADay } = this.#plan;
    const days = Math.max(1, (to - (periods[0] ?? 0)) / DAY_MS);
    const sums = periods.map(() => Array.from({ length: arms }, () => NO_SUMS));
    let preference = NO_UNITS;
    let [mixed, robots, mergedCount, creditA, creditB] = [0, 0, 0, 0, 0];
    for (const [who, person] of this.#people) {
      if (person.parts.size === 0 || shareOf(who) >= rate) continue;
      if (merged.has(who)) {
        mergedCount++;
        continue;
      }
      const lists = [...person.parts.values()].reduce((sum, part) => sum + part.lists, 0);
      if (lists > mostListsADay * days) {
        robots++;
        continue;
      }
      for (const [period, part] of person.parts) {
        const of = sums[period]?.[part.arm];
        if (of === undefined) mixed++;
        else (sums[period] as ArmSums[])[part.arm] = withPart(of, part, person.before);
      }
      const [a, b] = person.credits;
      if (a + b > 0) preference = withUnit(preference, (b - a) / (a + b));
      creditA += a;
      creditB += b;
    }
    return {
      periods: sums,
      preference,
      credits: [creditA, creditB],
      lists: this.#lists,
      mixed,
      robots,
      merged: mergedCount,
    };
  }

  /** Lists that are too old to get a conversion are forgotten. @param now Epoch milliseconds. */
  toStored(now: number): StoredTally {
    this.#endWaiting(now);
    const since = now - this.#plan.withinRequest;
    return {
      rate: this.#rate,
      early: this.#early.toStored(),
      people: Array.from(this.#people, ([who, person]) => storedPerson(who, person, since)),
      lists: this.#lists.map(({ lists, empty, times, items }) => ({
        ...{ lists, empty, times: times.toCounts(), items: items.toText() },
      })),
    };
  }

  #personOf(who: string): Person {
    const known = this.#people.get(who);
    if (known) return known;
    while (this.#people.size >= this.#plan.mostPeople) this.#halve();
    const person = newPerson();
    if (shareOf(who) < this.#rate) this.#people.set(who, person);
    return person;
  }

  #halve(): void {
    this.#rate /= 2;
    for (const [who, person] of this.#people) {
      if (shareOf(who) < this.#rate) continue;
      this.#people.delete(who);
      this.#openLists -= person.recent.size;
    }
  }

  #see({ who, type, item, requestId = "", time, ms }: TalliedEvent, arm: number): void {
    const of = this.#lists[arm];
    if (of === undefined) return;
    const { periods, isInterleaved, mostListsADay } = this.#plan;
    const person = this.#personOf(who);
    if (type !== EMPTY_LIST) of.items.add(item);
    const known = person.recent.get(requestId);
    const period = known?.period ?? periods.findLastIndex((start) => start <= time);
    const part = partOf(person, period, isInterleaved ? 0 : arm);
    // An interleaved list is one of all its slots.
    const makers = isInterleaved ? this.#lists : [of];
    if (!known || requestId === "") {
      part.lists++;
      for (const maker of makers) {
        maker.lists++;
        if (type === EMPTY_LIST) maker.empty++;
      }
      // Somebody with more is left out in the end.
      if (person.recent.size > mostListsADay) {
        this.#openLists -= person.recent.size;
        person.recent.clear();
      }
      if (!known) this.#openLists++;
      const marks = { teams: new Map(), done: new Set<string>() };
      person.recent.set(requestId, { period, at: time, isConverted: false, ...marks });
    }
    if (ms !== undefined) for (const maker of makers) maker.times.add(ms);
    if (isInterleaved) person.recent.get(requestId)?.teams.set(item, arm);
    person.lastRequest = requestId;
    person.lastSeen = time;
    for (const early of this.#early.take(`${who} ${requestId}`)) this.#count(person, requestId, early);
    while (this.#openLists > this.#plan.mostLists) this.#halve();
  }

  #convert(event: TalliedEvent): void {
    const { who, requestId, time } = event;
    const person = this.#people.get(who);
    const fallback = person && (event.isOfTest ? person.lastRequest : this.#lastOf(person, time));
    if (requestId === undefined || person?.recent.has(requestId)) {
      if (person) this.#count(person, this.#requestOf(person, requestId, time) ?? fallback, event);
      return;
    }
    this.#early.hold(`${who} ${requestId}`, { ...event, ...(fallback !== undefined && { fallback }) }, time);
  }

  /** Conversions whose lists did not come count for the last one before them. */
  #endWaiting(now: number): void {
    for (const event of this.#early.overdue(now)) {
      const person = this.#people.get(event.who);
      if (person) this.#count(person, event.fallback, event);
    }
  }

  #count(person: Person, request: string | undefined, { item, type, value = 0 }: TalliedEvent): void {
    const list = request === undefined ? undefined : person.recent.get(request);
    const part = list && person.parts.get(list.period);
    if (!list || !part) return;
    const mark = `${item} ${type}`;
    if (list.done.has(mark) || list.done.size >= MOST_OF_LIST) return;
    list.done.add(mark);
    part.hasConverted = true;
    part.revenue += value;
    if (!list.isConverted) part.converted++;
    list.isConverted = true;
    const team = list.teams.get(item);
    if (team !== undefined) person.credits[team === 0 ? 0 : 1]++;
  }

  /** The request that the event names, if its list is not too old. */
  #requestOf(person: Person, requestId: string | undefined, time: number): string | undefined {
    const named = requestId === undefined ? undefined : person.recent.get(requestId);
    return named && time - named.at <= this.#plan.withinRequest ? requestId : undefined;
  }

  #lastOf({ lastSeen, lastRequest }: Person, time: number): string | undefined {
    return time - lastSeen <= this.#plan.within ? lastRequest : undefined;
  }
}

/** The position of a person's hash between 0 and 1. */
function shareOf(who: string): number {
  return Number.parseInt(who, 36) / 2 ** 32;
}

/** After lists of several variants a person is in none of them: -1. */
function partOf(person: Person, period: number, arm: number): Part {
  const known = person.parts.get(period);
  if (known) {
    if (known.arm !== arm) known.arm = -1;
    return known;
  }
  const part: Part = { arm, lists: 0, converted: 0, hasConverted: false, revenue: 0 };
  person.parts.set(period, part);
  return part;
}

function withPart({ conversion, perList, revenue }: ArmSums, part: Part, before: number): ArmSums {
  return {
    conversion: withUnit(conversion, part.hasConverted ? 1 : 0, before),
    perList: withUnit(perList, part.converted, part.lists),
    revenue: withUnit(revenue, part.revenue, before),
  };
}
