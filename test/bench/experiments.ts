/**
 * What experiments promise, by simulation: how often a test of two equal variants raises a false alarm when it is looked at after every
 * person, how many sessions interleaving needs beside an A/B test of the same power, and how often the interval of a replay covers the truth.
 *
 *   node test/bench/experiments.ts [--tests 10000] [--seed 1] [--only replay] [--json]
 */
import { parseArgs } from "node:util";
import { effectOf } from "#engine/experiment/effect.ts";
import { ExperimentTally, type TallyPlan } from "#engine/experiment/experiment-tally.ts";
import { sequentialReach } from "#engine/experiment/sequential-test.ts";
import { shareSample } from "#engine/experiment/statistics/sample.ts";
import { type Team, teamDraft } from "#engine/experiment/team-draft.ts";
import { createRandom } from "#engine/random.ts";
import { replayCoverage } from "./replay-coverage.ts";

const { values } = parseArgs({
  options: {
    tests: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
});
const random = createRandom(Number(values.seed));
const tests = Number(values.tests);
if (values.only !== "" && values.only !== "replay") throw new Error("Only `replay` is a part of its own.");
const CONFIDENCE = 0.95;

/** The share of A/A tests that call a winner at any of their looks. One look after each person. */
function falseAlarms(rate: number, people: number) {
  let sequential = 0;
  let fixed = 0;
  for (let test = 0; test < tests; test++) {
    const [bySequential, byFixed] = oneNullTest(rate, people);
    sequential += Number(bySequential);
    fixed += Number(byFixed);
  }
  return { sequential: sequential / tests, fixed: fixed / tests };
}

function oneNullTest(rate: number, people: number): [boolean, boolean] {
  const counts = [0, 0];
  const successes = [0, 0];
  let sequential = false;
  let fixed = false;
  for (let person = 0; person < people && !(sequential && fixed); person++) {
    const side = random.below(2);
    counts[side] = (counts[side] as number) + 1;
    if (random.next() < rate) successes[side] = (successes[side] as number) + 1;
    const [a = 0, b = 0] = counts;
    // The interval rests on the central limit theorem, so looks begin where a test would show figures at all.
    if (Math.min(a, b) < 25 || Math.min(...successes) < 5) continue;
    const effect = effectOf(shareSample(successes[0] ?? 0, a), shareSample(successes[1] ?? 0, b), "absolute");
    if (effect === null) continue;
    const z = Math.abs(effect.estimate) / effect.standardError;
    // The interval of `sequentialTest` excludes 0.
    sequential ||= z > sequentialReach(a + b, 1 - CONFIDENCE);
    // Far above the limit a t-test has the normal's quantile; it is only the comparison here.
    fixed ||= z > 1.96;
  }
  return [sequential, fixed];
}

const ITEMS = 40;
const DEPTH = 8;

/** What a person likes, and the lists of two rankers. The second reads it better. */
interface Session {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly relevance: readonly number[];
  /** The appeal of taking nothing: people differ more in it than lists do. */
  readonly reluctance: number;
}

function newSession(): Session {
  const relevance = Array.from({ length: ITEMS }, () => random.normal());
  return {
    a: ranker(relevance, 1),
    b: ranker(relevance, 0.6),
    relevance,
    reluctance: 4 + 2 * random.normal(),
  };
}

function ranker(relevance: readonly number[], noise: number): string[] {
  return relevance
    .map((value, item) => ({ item, score: value + noise * random.normal() }))
    .sort((a, b) => b.score - a.score)
    .slice(0, DEPTH)
    .map(({ item }) => String(item));
}

/** The item that a person takes, or none: the multinomial logit of McFadden (1974); an item further down is seen less. */
function taken(list: readonly string[], { relevance, reluctance }: Session): string | null {
  const appeal = list.map((item, at) => Math.exp(2 * (relevance[Number(item)] ?? 0)) / Math.log2(at + 2));
  let left = random.next() * (Math.exp(reluctance) + appeal.reduce((sum, value) => sum + value, 0));
  const at = appeal.findIndex((value) => {
    left -= value;
    return left < 0;
  });
  return list[at] ?? null;
}

/** The share of tests that find the better ranker (two-sided, 95 %). */
function powerOf(find: (sessions: number) => number, sessions: number, repeats: number): number {
  let found = 0;
  for (let test = 0; test < repeats; test++) found += Number(find(sessions) > 1.96);
  return found / repeats;
}

/** z of the share of sessions in which something is taken, half of the sessions for each ranker. */
function abTest(sessions: number): number {
  const half = Math.floor(sessions / 2);
  const side = (list: (session: Session) => readonly string[]) => {
    let count = 0;
    for (let at = 0; at < half; at++) {
      const session = newSession();
      count += Number(taken(list(session), session) !== null);
    }
    return shareSample(count, half);
  };
  const effect = effectOf(
    side(({ a }) => a),
    side(({ b }) => b),
    "absolute",
  );
  return effect === null ? 0 : effect.estimate / effect.standardError;
}

/** z of the credit of the better ranker's team over the other's, a session. */
function interleaved(sessions: number): number {
  let [credit, decided] = [0, 0];
  for (let at = 0; at < sessions; at++) {
    const session = newSession();
    const drafted = teamDraft(session.a, session.b, DEPTH, random);
    const teams = new Map<string, Team>(drafted.map(({ itemId, team }) => [itemId, team]));
    const item = taken([...teams.keys()], session);
    if (item === null) continue;
    credit += teams.get(item) === "b" ? 1 : -1;
    decided++;
  }
  // The sign test: without a difference each decided session is a toss.
  return decided > 0 ? credit / Math.sqrt(decided) : 0;
}

/**
 * The sessions for a power of .8. The mean of z grows with the root of the sessions, so z of many small tests says it: one needs
 * z = 1.96 + .84. The power at that number is then measured.
 */
function sessionsFor(find: (sessions: number) => number, repeats: number) {
  const few = 200;
  let mean = 0;
  for (let test = 0; test < repeats; test++) mean += find(few) / repeats;
  const sessions = Math.ceil(few * (2.8016 / mean) ** 2);
  return { sessions, power: powerOf(find, sessions, Math.min(200, repeats)) };
}

const DAY_MS = 86_400_000;

/** What a report reads and keeps of a shard: events a second of one core, and the bytes of a person of whom a list is a day old. */
function tallySpeed(people: number, listsEach: number) {
  const plan: TallyPlan = {
    ...{ arms: 2, isInterleaved: false, periods: [0], to: 30 * DAY_MS, before: 0, within: DAY_MS },
    ...{ withinRequest: 7 * DAY_MS, converts: (type) => type === "click", mostListsADay: 500 },
    ...{ mostPeople: 100_000, mostLists: 200_000 },
  };
  const tally = new ExperimentTally(plan);
  const who = Array.from(
    { length: people },
    (_, person) => `${Math.floor(((person + 0.5) / people) * 2 ** 32).toString(36)}.${person.toString(36)}`,
  );
  let events = 0;
  const startedAt = performance.now();
  for (let at = 0; at < listsEach; at++) {
    for (let person = 0; person < people; person++) {
      const time = Math.floor((at / listsEach) * 7 * DAY_MS) + person;
      const common = { who: who[person] as string, time, requestId: `${at}.${person.toString(36)}` };
      for (let position = 0; position < 10; position++, events++) {
        tally.add({ ...common, type: "impression", item: random.below(2 ** 32), arm: person % 2 });
      }
      if (random.next() < 0.2) tally.add({ ...common, type: "click", item: clickedItem(person) });
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const bytes = JSON.stringify(tally.toStored(7 * DAY_MS)).length;
  return { events_per_second: Math.round(events / seconds), bytes_per_person: Math.round(bytes / people) };
}

const clickedItem = (person: number) => (person * 2_654_435_761) >>> 0;

function everythingElse() {
  const alarms = falseAlarms(0.1, 5_000);
  const revenue = falseAlarms(0.5, 5_000);
  const repeats = Math.max(200, Math.round(tests / 5));
  const [ofAb, ofInterleaving] = [sessionsFor(abTest, repeats), sessionsFor(interleaved, repeats)];
  return {
    false_alarms: { "rate .1": alarms, "rate .5": revenue },
    sessions_for_power_80: {
      ab: ofAb,
      interleaving: ofInterleaving,
      share: ofInterleaving.sessions / ofAb.sessions,
    },
    tally: tallySpeed(50_000, 3),
  };
}

const logs = Math.max(200, Math.round(tests / 4));
const result = {
  tests,
  ...(values.only === "" && everythingElse()),
  // From a seed of its own, so that it is the same with and without the others.
  replay_coverage: replayCoverage(logs, 2_000, createRandom(Number(values.seed) + 1)),
};
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else console.dir(result, { depth: null });
