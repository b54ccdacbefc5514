/** Models and requests of the bench. */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { itemName, USERS, userName } from "./made-world.ts";
import { PROJECT } from "./serving-worker.ts";

export interface BenchModel {
  readonly name: string;
  readonly algorithm: AlgorithmName;
  readonly paramsFor: (itemCount: number) => AlgorithmParams;
}

/** An artifact holds 100 MB at most: models of a large catalogue are smaller, and parts of a blend are smaller still. */
const isLarge = (itemCount: number) => itemCount > 100_000;
const ials = (itemCount: number) => ({ n_components: isLarge(itemCount) ? 32 : 64, train_epochs: 1 });
const neighboursFor = (itemCount: number) => (isLarge(itemCount) ? 20 : 50);

export const MODELS: readonly BenchModel[] = [
  { name: "factor", algorithm: "IALS", paramsFor: ials },
  {
    name: "item-item",
    algorithm: "DegreeKNN",
    paramsFor: (itemCount) => ({ top_k: neighboursFor(itemCount) }),
  },
  {
    name: "blend",
    algorithm: "Blend",
    paramsFor: (itemCount) => ({
      ...{ "weight.DegreeKNN": 1, "weight.IALS": 2, "DegreeKNN.top_k": neighboursFor(itemCount) },
      ...{ "IALS.n_components": isLarge(itemCount) ? 16 : 64, "IALS.train_epochs": 1 },
    }),
  },
];

export interface BenchCase {
  readonly name: string;
  readonly path: string;
  /** Whether the people have events since the training. */
  readonly needsLive?: true;
  /** The body of request n; undefined for GET. */
  readonly bodyAt: (n: number, itemCount: number) => unknown;
}

const user = (n: number) => userName(n % USERS);
const session = (n: number, itemCount: number) =>
  [1, 2, 3].map((step) => ({ item_id: itemName((n * 7919 * step) % itemCount), type: "view" }));

/** Of everything at once: the filter and the boost depend on the request, so that nothing is kept between requests. */
const everything = (n: number, items: number) => ({
  user_id: user(n),
  exclude: Array.from({ length: 20 }, (_, at) => itemName((n + at * 31) % items)),
  filter: "item.in_stock and item.price < user.budget",
  boost: "multiply 1.5 where item.genre == context.genre",
  user: { budget: 20 + (n % 60) },
  context: { genre: `genre ${n % 40}` },
});

/** Three events of each person, so that every answer has live history in it. */
export function* liveEvents(itemCount: number): Generator<readonly unknown[]> {
  const perBatch = 300;
  for (let from = 0; from < USERS; from += perBatch) {
    const people = Array.from({ length: Math.min(perBatch, USERS - from) }, (_, at) => from + at);
    yield people.flatMap((person) =>
      [1, 2, 3].map((step) => ({
        type: step === 3 ? "like" : "view",
        user_id: userName(person),
        item_id: itemName((person * 7919 * step) % itemCount),
      })),
    );
  }
}

/** Those of a run that names none: the floor of a request, and the kinds of calls that applications send. */
export const USUAL_CASES = "health,popular,predict,person,session,batch of 100 people,everything";

export const CASES: readonly BenchCase[] = [
  // What a request costs before anything is done for it.
  { name: "health", path: "/inference/health", bodyAt: () => undefined },
  // What a list costs before anybody's scores are computed for it.
  { name: "popular", path: "/v1/recommend", bodyAt: () => ({}) },
  {
    name: "predict",
    path: `/inference/predict/project/${PROJECT}`,
    bodyAt: (n) => ({ user_id: user(n), cutoff: 10 }),
  },
  { name: "person", path: "/v1/recommend", bodyAt: (n) => ({ user_id: user(n) }) },
  { name: "session", path: "/v1/recommend", bodyAt: (n, items) => ({ session: session(n, items) }) },
  {
    name: "session and 100 exclusions and 2 reasons",
    path: "/v1/recommend",
    bodyAt: (n, items) => ({
      user_id: user(n),
      session: session(n, items),
      exclude: Array.from({ length: 100 }, (_, at) => itemName((n + at * 31) % items)),
      reasons: 2,
    }),
  },
  {
    name: "person with diversity",
    path: "/v1/recommend",
    bodyAt: (n) => ({ user_id: user(n), diversity: 0.3 }),
  },
  {
    name: "filter and boost",
    path: "/v1/recommend",
    bodyAt: everything,
  },
  {
    name: "batch of 100 people",
    path: "/v1/batch",
    bodyAt: (n) => ({ requests: Array.from({ length: 100 }, (_, at) => ({ user_id: user(100 * n + at) })) }),
  },
  {
    name: "everything",
    path: "/v1/recommend",
    needsLive: true,
    bodyAt: everything,
  },
];
