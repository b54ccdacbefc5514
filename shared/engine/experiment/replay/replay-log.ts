/**
 * The lists of a shard's people that a replay may use, with what people took from them and what each had done before. In memory there is a bounded
 * number of entries: beyond it half of the people are left out, by the hash of their id.
 */
import { MOST_PLACES } from "./place-probabilities.ts";

/** An event as the log has it, in any order: what people did with a list is often stored before the list. */
export interface ReplayEvent {
  /** The user's hash in two numbers of base 36 with a full stop between; the first one decides on samples. */
  readonly who: string;
  readonly userId: string;
  readonly type: string;
  readonly itemId: string;
  /** When it arrived, epoch milliseconds. */
  readonly time: number;
  readonly requestId?: string;
  readonly value?: number;
  /** Of an impression that the platform wrote. */
  readonly shown?: {
    /** From 0. */
    readonly place: number;
    /** The probability that the item stood there; 0 if that is not known of this place, null if of none of the list's. */
    readonly probability: number | null;
  };
}

/** Something that a person did. */
export interface LoggedAct {
  readonly itemId: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value?: number;
  /** The list that it followed. */
  readonly requestId?: string;
}

export interface LoggedPlace {
  readonly itemId: string;
  /** From 0. */
  readonly place: number;
  readonly probability: number;
  isTaken: boolean;
}

export interface LoggedList {
  readonly at: number;
  readonly places: LoggedPlace[];
  /** Several requests had the same id, so that nobody knows what led to what. */
  isMixed: boolean;
}

export interface LoggedPerson {
  readonly userId: string;
  readonly who: string;
  readonly lists: Map<string, LoggedList>;
  readonly acts: LoggedAct[];
}

/** What a person may have taken from a list. */
interface Reward {
  readonly requestId: string;
  readonly itemId: string;
  readonly at: number;
}

export interface ReplayPlan {
  /** Lists that arrived from here … */
  readonly from: number;
  /** … to before here count, epoch milliseconds. */
  readonly to: number;
  /** How long after a list an event with its request belongs to it, milliseconds. */
  readonly within: number;
  /** Types of events that are rewards. */
  readonly rewards: (type: string) => boolean;
  /** Types of events that say something of a person. */
  readonly tells: (type: string) => boolean;
  /** Entries in memory. */
  readonly mostKept: number;
  /** Lists a day from which somebody is no person. */
  readonly mostListsADay: number;
}

const DAY_MS = 86_400_000;

/** What was not used, and why. */
export interface LeftOut {
  /** Lists without a probability: nobody can say what they are worth under another model. */
  unknown: number;
  /** Lists of requests that share an id. */
  mixed: number;
  robots: number;
}

export class ReplayLog {
  readonly #plan: ReplayPlan;
  readonly #people = new Map<string, LoggedPerson & { readonly rewards: Reward[] }>();
  readonly #unknown = new Set<string>();
  readonly leftOut: LeftOut = { unknown: 0, mixed: 0, robots: 0 };
  #kept = 0;
  #rate = 1;

  constructor(plan: ReplayPlan) {
    this.#plan = plan;
  }

  /** The share of people that are kept. */
  get rate(): number {
    return this.#rate;
  }

  add(event: ReplayEvent): void {
    const { who, type, shown, time } = event;
    if (!isSampled(who, this.#rate)) return;
    if (shown) {
      if (time >= this.#plan.from && time < this.#plan.to) this.#addShown(event, shown);
    } else if (this.#plan.tells(type)) this.#addAct(event);
    while (this.#kept > this.#plan.mostKept) this.#halve();
  }

  /** People with lists, without robots. */
  people(): LoggedPerson[] {
    this.leftOut.unknown = this.#unknown.size;
    const found: LoggedPerson[] = [];
    for (const person of this.#people.values()) {
      this.#takeRewards(person);
      for (const [id, list] of person.lists) {
        if (!list.isMixed) continue;
        person.lists.delete(id);
        this.leftOut.mixed++;
      }
      if (person.lists.size === 0) continue;
      if (isRobot(person, this.#plan.mostListsADay)) this.leftOut.robots++;
      else found.push(person);
    }
    return found;
  }

  #addShown(event: ReplayEvent, { place, probability }: NonNullable<ReplayEvent["shown"]>): void {
    const { requestId, itemId, time } = event;
    if (requestId === undefined || place >= MOST_PLACES || place < 0) return;
    if (probability === null) {
      if (this.#unknown.size < this.#plan.mostKept) this.#unknown.add(`${event.who} ${requestId}`);
      return;
    }
    const person = this.#personOf(event);
    const known = person.lists.get(requestId);
    const list: LoggedList = known ?? { at: time, places: [], isMixed: false };
    if (!known) person.lists.set(requestId, list);
    // A shard that stores twice what it got is no second request.
    const same = list.places.find((one) => one.place === place);
    if (same) {
      if (same.itemId !== itemId) list.isMixed = true;
      return;
    }
    const isKnown = probability > 0 && probability <= 1;
    list.places.push({ itemId, place, probability: isKnown ? probability : 0, isTaken: false });
    this.#kept++;
  }

  #addAct(event: ReplayEvent): void {
    const { type, itemId, time, requestId, value } = event;
    if (time >= this.#plan.to + this.#plan.within) return;
    const person = this.#personOf(event);
    if (time < this.#plan.to) {
      const more = { ...(value !== undefined && { value }), ...(requestId !== undefined && { requestId }) };
      person.acts.push({ itemId, type, at: time, ...more });
      this.#kept++;
    }
    if (requestId === undefined || !this.#plan.rewards(type)) return;
    person.rewards.push({ requestId, itemId, at: time });
    this.#kept++;
  }

  #takeRewards({ lists, rewards }: { lists: LoggedPerson["lists"]; rewards: readonly Reward[] }): void {
    for (const { requestId, itemId, at } of rewards) {
      const list = lists.get(requestId);
      if (!list || at - list.at > this.#plan.within) continue;
      for (const place of list.places) if (place.itemId === itemId) place.isTaken = true;
    }
  }

  #personOf({ who, userId }: ReplayEvent) {
    const known = this.#people.get(who);
    if (known) return known;
    const person = { userId, who, lists: new Map<string, LoggedList>(), acts: [], rewards: [] };
    this.#people.set(who, person);
    this.#kept++;
    return person;
  }

  #halve(): void {
    this.#rate /= 2;
    for (const [who, { lists, acts, rewards }] of this.#people) {
      if (isSampled(who, this.#rate)) continue;
      this.#people.delete(who);
      this.#kept -= 1 + acts.length + rewards.length;
      for (const { places } of lists.values()) this.#kept -= places.length;
    }
  }
}

function isSampled(who: string, rate: number): boolean {
  return rate >= 1 || Number.parseInt(who, 36) < rate * 2 ** 32;
}

function isRobot({ lists }: LoggedPerson, most: number): boolean {
  const ofDay = new Map<number, number>();
  for (const { at } of lists.values()) {
    const day = Math.floor(at / DAY_MS);
    ofDay.set(day, (ofDay.get(day) ?? 0) + 1);
  }
  return [...ofDay.values()].some((count) => count > most);
}
