/**
 * What experiments promise, by simulation: how often a test of two equal variants raises a false alarm when it is looked at after every
 * person, how many sessions interleaving needs beside an A/B test of the same power, and how often the interval of a replay covers the truth.
 *
 *   node test/bench/experiments.ts [--tests 10000] [--seed 1] [--json]
 */
import { parseArgs } from "node:util";
import { effectOf } from "#engine/experiment/effect.ts";
import { type LoggedChoice, offPolicyEstimates } from "#engine/experiment/off-policy.ts";
import { sequentialReach } from "#engine/experiment/sequential-test.ts";
import { shareSample } from "#engine/experiment/statistics/sample.ts";
import { type Team, teamDraft } from "#engine/experiment/team-draft.ts";
import { createRandom, type Random } from "#engine/random.ts";

const { values } = parseArgs({
  options: {
    tests: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const random = createRandom(Number(values.seed));
const tests = Number(values.tests);
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

const ITEMS = 60;
const DEPTH = 10;

/** Two rankers of the same items, one a little better. A person clicks what is relevant to them, less often further down. */
function ranker(relevance: readonly number[], noise: number): string[] {
  return relevance
    .map((value, item) => ({ item, score: value + noise * random.normal() }))
    .sort((a, b) => b.score - a.score)
    .slice(0, DEPTH)
    .map(({ item }) => String(item));
}

interface Session {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly relevance: readonly number[];
}

/** Each person has a taste and a readiness to click of their own: that spread is what interleaving takes out. */
function newSession(): Session & { readonly readiness: number } {
  const relevance = Array.from({ length: ITEMS }, () => random.normal());
  const readiness = random.next() ** 3;
  return { a: ranker(relevance, 1), b: ranker(relevance, 0.8), relevance, readiness };
}

function clicks(list: readonly string[], session: Session & { readonly readiness: number }): string[] {
  return list.filter((item, at) => {
    const taste = 1 / (1 + Math.exp(-(session.relevance[Number(item)] ?? 0)));
    return random.next() < (session.readiness * taste) / Math.log2(at + 2);
  });
}

/** The share of tests that find the better ranker (two-sided, 95 %), with so many sessions. */
function powerOf(find: (sessions: number) => number, sessions: number, repeats: number): number {
  let found = 0;
  for (let test = 0; test < repeats; test++) found += Number(find(sessions) > 1.96);
  return found / repeats;
}

/** z of clicks a session, half of the sessions for each ranker. */
function abTest(sessions: number): number {
  const sums = [0, 0];
  const squares = [0, 0];
  const counts = [0, 0];
  for (let at = 0; at < sessions; at++) {
    const session = newSession();
    const side = at % 2;
    const count = clicks(side === 0 ? session.a : session.b, session).length;
    sums[side] = (sums[side] ?? 0) + count;
    squares[side] = (squares[side] ?? 0) + count * count;
    counts[side] = (counts[side] ?? 0) + 1;
  }
  const of = (side: number) => {
    const count = counts[side] ?? 0;
    const mean = (sums[side] ?? 0) / count;
    return { count, mean, variance: (squares[side] ?? 0) / count - mean * mean };
  };
  const effect = effectOf(of(0), of(1), "absolute");
  return effect === null ? 0 : effect.estimate / effect.standardError;
}

/** z of the credit of the better ranker's team over the other's, a session. */
function interleaved(sessions: number): number {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < sessions; at++) {
    const session = newSession();
    const drafted = teamDraft(session.a, session.b, DEPTH, random);
    const teams = new Map<string, Team>(drafted.map(({ itemId, team }) => [itemId, team]));
    const credit = clicks(
      drafted.map(({ itemId }) => itemId),
      session,
    ).reduce((total, item) => total + (teams.get(item) === "b" ? 1 : -1), 0);
    sum += credit;
    squares += credit * credit;
  }
  const mean = sum / sessions;
  return mean / Math.sqrt((squares / sessions - mean * mean) / sessions);
}

/**
 * The sessions for a power of .8. The mean of z grows with the root of the sessions, so z of many small tests says it: one needs
 * z = 1.96 + .84. The power at that number is then measured.
 */
function sessionsFor(find: (sessions: number) => number, repeats: number) {
  const few = 400;
  let mean = 0;
  for (let test = 0; test < repeats; test++) mean += find(few) / repeats;
  const sessions = Math.ceil(few * (2.8016 / mean) ** 2);
  return { sessions, power: powerOf(find, sessions, Math.min(200, repeats)) };
}

const ACTIONS = 5;

/** How often 95 % intervals of a replay hold the true reward of the new model; contexts, a logging and a new policy are drawn for each. */
function coverage(logs: number, requests: number) {
  const inside = { ips: 0, selfNormalised: 0, doublyRobust: 0 };
  for (let log = 0; log < logs; log++) {
    const world = newWorld(random);
    const found = offPolicyEstimates(
      Array.from({ length: requests }, () => world.draw()),
      CONFIDENCE,
    );
    if (found === null) continue;
    for (const name of ["ips", "selfNormalised", "doublyRobust"] as const) {
      inside[name] += Number(found[name].low <= world.truth && world.truth <= found[name].high);
    }
  }
  return Object.fromEntries(Object.entries(inside).map(([name, count]) => [name, count / logs]));
}

/** Actions with rewards by kind of person; a logging policy and a new one, each a distribution; a guess that is off by a fifth. */
function newWorld({ next, below }: Random) {
  const kinds = Array.from({ length: 4 }, () => {
    const rewards = Array.from({ length: ACTIONS }, () => 0.02 + 0.2 * next());
    const guesses = rewards.map((reward) => reward * (0.8 + 0.4 * next()));
    return { rewards, guesses, logging: distribution(next, 0.1), fresh: distribution(next, 0) };
  });
  const meanUnder = (values: readonly number[], policy: readonly number[]) =>
    values.reduce((sum, value, at) => sum + value * (policy[at] ?? 0), 0);
  return {
    truth: kinds.reduce((sum, { rewards, fresh }) => sum + meanUnder(rewards, fresh), 0) / kinds.length,
    draw(): LoggedChoice {
      const kind = kinds[below(kinds.length)];
      if (kind === undefined) throw new Error("no kind");
      const action = drawOf(next, kind.logging);
      return {
        weight: (kind.fresh[action] ?? 0) / (kind.logging[action] ?? 1),
        reward: Number(next() < (kind.rewards[action] ?? 0)),
        guessShown: kind.guesses[action] ?? 0,
        guessNew: meanUnder(kind.guesses, kind.fresh),
      };
    },
  };
}

function distribution(next: () => number, floor: number): number[] {
  const parts = Array.from({ length: ACTIONS }, () => next());
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => floor + (1 - floor * ACTIONS) * (part / sum));
}

function drawOf(next: () => number, policy: readonly number[]): number {
  let left = next();
  for (let action = 0; action < policy.length - 1; action++) {
    left -= policy[action] ?? 0;
    if (left < 0) return action;
  }
  return policy.length - 1;
}

const alarms = falseAlarms(0.1, 5_000);
const revenue = falseAlarms(0.5, 5_000);
const repeats = Math.max(100, Math.round(tests / 10));
const [ofAb, ofInterleaving] = [sessionsFor(abTest, repeats), sessionsFor(interleaved, repeats)];
const covered = coverage(Math.max(200, Math.round(tests / 4)), 2_000);
const result = {
  tests,
  false_alarms: { "rate .1": alarms, "rate .5": revenue },
  sessions_for_power_80: { ab: ofAb, interleaving: ofInterleaving, share: ofInterleaving.sessions / ofAb.sessions },
  replay_coverage: covered,
};
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else console.dir(result, { depth: null });
