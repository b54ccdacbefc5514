/**
 * From events to people: what each person saw and did in a test. A person is in the variant whose lists they saw. What they did belongs
 * to the list that its `request_id` names, else to the last list that they saw, if that was not long ago. A person counts once, however
 * often they came, so a thousand clicks of one person weigh as one.
 */

import { EngineError } from "../engine-error.ts";
import { EarlyActs } from "./early-acts.ts";
import { NO_UNITS, type UnitSums, withUnit } from "./statistics/sample.ts";

/** One event; those of a person come in the order in which they happened. */
export interface TestEvent {
  readonly userId: string;
  readonly type: string;
  readonly itemId: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** The slot of the list, where the event itself says it. */
  readonly slotId?: number;
  readonly requestId?: string;
  readonly value?: number;
}

export interface TallyRules {
  /** Of the variants; the control first. */
  readonly slots: readonly number[];
  /** Events from … to …, both included, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Events before `from` that say how active a person was, milliseconds; 0 for none. */
  readonly before: number;
  /** How long after a list an event without a request still belongs to it, milliseconds. */
  readonly within: number;
  /** What counts as a conversion. */
  readonly converts: (type: string) => boolean;
  /** Lists a day from which somebody is no person. */
  readonly mostListsADay: number;
}

/** What the people of a variant did; the second value of each sum is what the comment says. */
export interface VariantSums {
  readonly slotId: number;
  /** 1 for a person with a conversion; beside it what they did before the test. */
  readonly conversion: UnitSums;
  /** A person's lists with a conversion; beside it all of their lists. */
  readonly perList: UnitSums;
  /** The sum of the values of a person's conversions; beside it what they did before the test. */
  readonly revenue: UnitSums;
}

export interface Tally {
  readonly variants: readonly VariantSums[];
  /** People who saw lists of several variants: they are in none. */
  readonly mixed: number;
  /** Those with too many lists for a person. */
  readonly robots: number;
}

interface Person {
  /** The variant, by position; -1 after lists of several. */
  variant: number;
  /** Lists by request; lists without a request count each. */
  readonly lists: Map<string, boolean>;
  anonymousLists: number;
  anonymousConverted: number;
  /** The last list. */
  lastSeen: number;
  lastRequest: string | undefined;
  hasConverted: boolean;
  revenue: number;
  before: number;
  /** Conversions that were counted, so that a repeated click counts once. */
  readonly counted: Set<string>;
}

/** A conversion, and the list that it counts for. */
interface Conversion extends TestEvent {
  /** The request; undefined for a list without one. */
  readonly list: string | undefined;
  /** Whether it belongs to the test. */
  readonly counts: boolean;
}

const DAY_MS = 86_400_000;
/** People in memory, some 300 bytes each. */
export const MAX_TALLIED_PEOPLE = 150_000;

export class PeopleTally {
  readonly #rules: TallyRules;
  readonly #people = new Map<string, Person>();
  readonly #early = new EarlyActs<Conversion>();

  constructor(rules: TallyRules) {
    this.#rules = rules;
  }

  /** Throws `UNSUPPORTED` for more people than fit: tally a share of them, by a hash of the id. */
  add(event: TestEvent): void {
    const { from, to, before } = this.#rules;
    if (event.time > to || event.time < from - before) return;
    const isList = event.type === "impression";
    for (const early of this.#early.overdue(event.time)) this.#count(early);
    if (event.time < from) {
      if (this.#rules.converts(event.type)) this.#personOf(event.userId).before++;
    } else if (isList) this.#see(event);
    else if (this.#rules.converts(event.type)) this.#convert(event);
  }

  finish(): Tally {
    for (const early of this.#early.overdue(Number.POSITIVE_INFINITY)) this.#count(early);
    const { slots, from, to, mostListsADay } = this.#rules;
    const days = Math.max(1, (to - from) / DAY_MS);
    const sums = slots.map((slotId) => ({
      slotId,
      conversion: NO_UNITS,
      perList: NO_UNITS,
      revenue: NO_UNITS,
    }));
    let [mixed, robots] = [0, 0];
    for (const person of this.#people.values()) {
      const lists = person.lists.size + person.anonymousLists;
      if (lists === 0) continue;
      const of = sums[person.variant];
      if (lists > mostListsADay * days) robots++;
      else if (of === undefined) mixed++;
      else {
        of.conversion = withUnit(of.conversion, person.hasConverted ? 1 : 0, person.before);
        of.perList = withUnit(of.perList, convertedLists(person), lists);
        of.revenue = withUnit(of.revenue, person.revenue, person.before);
      }
    }
    return { variants: sums, mixed, robots };
  }

  #personOf(userId: string): Person {
    const known = this.#people.get(userId);
    if (known) return known;
    if (this.#people.size >= MAX_TALLIED_PEOPLE) {
      throw new EngineError("UNSUPPORTED", `The test has more than ${MAX_TALLIED_PEOPLE} people.`);
    }
    const person: Person = {
      ...{ variant: Number.NaN, lists: new Map(), anonymousLists: 0, anonymousConverted: 0 },
      ...{ lastSeen: Number.NEGATIVE_INFINITY, lastRequest: undefined },
      ...{ hasConverted: false, revenue: 0, before: 0, counted: new Set() },
    };
    this.#people.set(userId, person);
    return person;
  }

  #see({ userId, slotId, requestId, time }: TestEvent): void {
    const variant = this.#rules.slots.indexOf(slotId ?? 0);
    if (variant < 0) return;
    const person = this.#personOf(userId);
    person.variant = Number.isNaN(person.variant) || person.variant === variant ? variant : -1;
    person.lastSeen = time;
    person.lastRequest = requestId;
    if (requestId === undefined) person.anonymousLists++;
    else if (!person.lists.has(requestId)) {
      person.lists.set(requestId, false);
      for (const early of this.#early.take(nameOf(userId, requestId)))
        this.#count({ ...early, list: requestId, counts: true });
    }
  }

  /** An event that names a list waits for it, if it is not there yet. */
  #convert(event: TestEvent): void {
    const { userId, requestId, slotId, time } = event;
    const person = this.#people.get(userId);
    const isOfList = requestId !== undefined && person?.lists.has(requestId) === true;
    const isOfSlot = slotId !== undefined && this.#rules.slots.includes(slotId);
    const isSoon = person !== undefined && time - person.lastSeen <= this.#rules.within;
    const hasList = person !== undefined && person.lists.size + person.anonymousLists > 0;
    const counts = hasList && (isOfList || isOfSlot || isSoon);
    const conversion = { ...event, counts, list: isOfList ? requestId : person?.lastRequest };
    if (isOfList || requestId === undefined) this.#count(conversion);
    else this.#early.hold(nameOf(userId, requestId), conversion, time);
  }

  #count({ userId, itemId, type, time, value = 0, counts, list }: Conversion): void {
    const person = this.#people.get(userId);
    if (!person || !counts) return;
    const mark = JSON.stringify([list ?? time, itemId, type]);
    if (person.counted.has(mark)) return;
    person.counted.add(mark);
    person.hasConverted = true;
    person.revenue += value;
    if (list === undefined) person.anonymousConverted++;
    else person.lists.set(list, true);
  }
}

/** Each list counts once, and lists without a request at most as often as there are. */
function convertedLists({ lists, anonymousLists, anonymousConverted }: Person): number {
  let count = Math.min(anonymousLists, anonymousConverted);
  for (const isConverted of lists.values()) if (isConverted) count++;
  return count;
}

const nameOf = (userId: string, requestId: string): string => JSON.stringify([userId, requestId]);
