/** A person of an experiment's tally, and the row that keeps one in JSON: arrays, as names of fields would be most of it. */

/** What a person did in one period. */
export interface Part {
  /** The variant, by position; -1 after lists of several. */
  arm: number;
  lists: number;
  /** Lists with a conversion. */
  converted: number;
  hasConverted: boolean;
  revenue: number;
}

/** A list that may still get conversions. */
export interface ListMark {
  readonly period: number;
  /** Epoch milliseconds. */
  readonly at: number;
  isConverted: boolean;
  /** Of an interleaved list: the variant that picked an item, by the item's hash. */
  readonly teams: Map<number, number>;
  /** Conversions that were counted, so that a repeated click counts once. */
  readonly done: Set<string>;
}

export interface Person {
  readonly parts: Map<number, Part>;
  /** Lists by request. */
  readonly recent: Map<string, ListMark>;
  lastRequest: string;
  lastSeen: number;
  /** Conversions before the start. */
  before: number;
  readonly credits: [a: number, b: number];
}

export type StoredPerson = readonly [
  who: string,
  before: number,
  last: readonly [request: string, at: number] | 0,
  credits: readonly [a: number, b: number],
  parts: readonly (readonly [
    period: number,
    arm: number,
    lists: number,
    converted: number,
    hasConverted: 0 | 1,
    revenue: number,
  ])[],
  recent: readonly (readonly [
    request: string,
    period: number,
    at: number,
    isConverted: 0 | 1,
    teams: readonly (readonly [item: number, team: number])[],
    done: readonly string[],
  ])[],
];

export function newPerson(): Person {
  return {
    ...{ parts: new Map(), recent: new Map(), lastRequest: "", lastSeen: Number.NEGATIVE_INFINITY },
    ...{ before: 0, credits: [0, 0] },
  };
}

/** @param since Earlier lists are left out. Epoch milliseconds. */
export function storedPerson(who: string, person: Person, since: number): StoredPerson {
  const { parts, recent, lastRequest, lastSeen, before, credits } = person;
  return [
    who,
    before,
    Number.isFinite(lastSeen) ? [lastRequest, lastSeen] : 0,
    credits,
    Array.from(parts, ([period, { arm, lists, converted, hasConverted, revenue }]) => [
      ...([period, arm, lists, converted, hasConverted ? 1 : 0, revenue] as const),
    ]),
    [...recent].flatMap(([request, { period, at, isConverted, teams, done }]) =>
      at < since ? [] : [[request, period, at, isConverted ? 1 : 0, [...teams], [...done]] as const],
    ),
  ];
}

export function personOf([, before, last, [a, b], parts, recent]: StoredPerson): Person {
  const [lastRequest, lastSeen] = last === 0 ? ["", Number.NEGATIVE_INFINITY] : last;
  return {
    ...{ before, lastRequest, lastSeen, credits: [a, b] },
    parts: new Map(
      parts.map(([period, arm, lists, converted, hasConverted, revenue]) => [
        period,
        { arm, lists, converted, hasConverted: hasConverted === 1, revenue },
      ]),
    ),
    recent: new Map(
      recent.map(([request, period, at, isConverted, teams, done]) => [
        request,
        { period, at, isConverted: isConverted === 1, teams: new Map(teams), done: new Set(done) },
      ]),
    ),
  };
}
