/** Models and requests of the bench. */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { itemName, USERS, userName } from "./made-world.ts";
import { PROJECT } from "./serving-worker.ts";

export interface BenchModel {
  readonly name: string;
  readonly algorithm: AlgorithmName;
  readonly paramsFor: (itemCount: number) => AlgorithmParams;
}

/** An artifact holds 100 MB at most: a large catalogue has fewer factors. */
const factorsFor = (itemCount: number) => (itemCount > 100_000 ? 32 : 64);
const ials = (itemCount: number) => ({ n_components: factorsFor(itemCount), train_epochs: 1 });

export const MODELS: readonly BenchModel[] = [
  { name: "factor", algorithm: "IALS", paramsFor: ials },
  { name: "item-item", algorithm: "DegreeKNN", paramsFor: () => ({ top_k: 50 }) },
  {
    name: "blend",
    algorithm: "Blend",
    paramsFor: (itemCount) => ({
      ...{ "weight.DegreeKNN": 1, "weight.IALS": 2, "DegreeKNN.top_k": 50 },
      ...{ "IALS.n_components": factorsFor(itemCount), "IALS.train_epochs": 1 },
    }),
  },
];

export interface BenchCase {
  readonly name: string;
  readonly path: string;
  /** The body of request n. */
  readonly bodyAt: (n: number, itemCount: number) => unknown;
}

const user = (n: number) => userName(n % USERS);
const session = (n: number, itemCount: number) =>
  [1, 2, 3].map((step) => ({ item_id: itemName((n * 7919 * step) % itemCount), type: "view" }));

export const CASES: readonly BenchCase[] = [
  {
    name: "predict",
    path: `/inference/predict/project/${PROJECT}`,
    bodyAt: (n) => ({ user_id: user(n), cutoff: 10 }),
  },
  { name: "person", path: "/v1/recommend", bodyAt: (n) => ({ user_id: user(n) }) },
  { name: "session", path: "/v1/recommend", bodyAt: (n, items) => ({ session: session(n, items) }) },
  {
    name: "person, session, 100 exclusions, 2 reasons",
    path: "/v1/recommend",
    bodyAt: (n, items) => ({
      user_id: user(n),
      session: session(n, items),
      exclude: Array.from({ length: 100 }, (_, at) => itemName((n + at * 31) % items)),
      reasons: 2,
    }),
  },
  { name: "person, diversity", path: "/v1/recommend", bodyAt: (n) => ({ user_id: user(n), diversity: 0.3 }) },
  {
    name: "batch of 10 people",
    path: "/v1/batch",
    bodyAt: (n) => ({ requests: Array.from({ length: 10 }, (_, at) => ({ user_id: user(10 * n + at) })) }),
  },
];
