/**
 * What the models of what comes next cost as events grow, in processor time: seconds to keep the sequences, seconds of each fit, megabytes
 * of each stored model and microseconds of the best 20 items for five known ones, on generated sessions (`made-sessions.ts`). Printed by
 * `test/bench/sequences.ts --scale 250000,1000000`.
 */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Profile } from "#engine/algorithms/fit/algorithm.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { createRandom } from "#engine/random.ts";
import { topKInto } from "#engine/rank/top-k.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import { createNodeKernels } from "../../cli/files/node-kernels.ts";
import { madeSessions } from "./made-sessions.ts";

interface Measured {
  readonly title: string;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}

const alone = (algorithm: AlgorithmName): Measured => ({ title: algorithm, algorithm, params: {} });
const blendOf = (...names: readonly AlgorithmName[]): Measured => ({
  title: names.join(" + "),
  algorithm: "Blend",
  // Those that a blend has by default are left out.
  params: {
    ...{ "weight.IALS": 0, "weight.DegreeKNN": 0 },
    ...Object.fromEntries(names.map((name) => [`weight.${name}`, 1])),
  },
});
const MODELS: readonly Measured[] = [
  ...(["TwoSidedKNN", "SessionKNN", "SequenceRules", "RecentIALS", "RepeatedItems"] as const).map(alone),
  blendOf("SessionKNN", "TwoSidedKNN", "RepeatedItems"),
  blendOf("TwoSidedKNN", "RecentIALS"),
];
const QUERIES = 2_000;
/** Items of a list. */
const LIST = 20;

/** Prints a line of a table for each count of events and each model. */
export async function printScale(counts: readonly number[], seed: number): Promise<void> {
  console.log("| events | sessions | build, s | model | fit, s | MB | query, µs |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const count of counts) {
    const before = cpuSeconds();
    const dataset = await madeSessions(count, seed);
    const build = cpuSeconds() - before;
    for (const model of MODELS) {
      const { seconds, megabytes, microseconds } = await measure(dataset, model);
      const cells = [model.title, seconds.toFixed(2), megabytes.toFixed(1), microseconds.toFixed(0)];
      const sessions = dataset.sequences?.sessionCount ?? 0;
      console.log(`| ${[count, sessions, build.toFixed(1), ...cells].join(" | ")} |`);
    }
  }
}

/** Processor time of this process, which others on the machine do not change much. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function measure(dataset: Dataset, { algorithm, params }: Measured) {
  const kernels = await createNodeKernels();
  const { userItems } = withAges(dataset);
  const before = cpuSeconds();
  const task = algorithmOf(algorithm).begin(
    fitInputOf({ userItems, ...orderWithin(dataset), kernels, seed: 1 }),
    params,
  );
  while (!task.done) task.step();
  const model = task.model();
  task.dispose();
  const seconds = cpuSeconds() - before;
  const megabytes = model.encode().reduce((sum, { data }) => sum + data.byteLength, 0) / 1e6;
  const random = createRandom(7);
  const scores = new Float32Array(model.itemCount);
  const best = new Uint32Array(LIST);
  // As serving does: where a model has no shortlist, all items are looked at.
  const ask = (query: Profile): void => {
    const list = model.shortlist?.(query);
    if (list) return void list.near(LIST, () => true);
    model.scoreProfileInto(query, scores);
    topKInto(scores, LIST, best);
  };
  const queries = Array.from({ length: QUERIES }, () => {
    const start = random.below(model.itemCount - 60);
    const items = Uint32Array.from({ length: 5 }, (_, at) => start + 10 * at);
    const recent = { items, daysAgo: new Float32Array(5) };
    return { indices: items, weights: new Float32Array(5).fill(1), recent };
  });
  for (const query of queries.slice(0, 50)) ask(query);
  const askedAt = cpuSeconds();
  for (const query of queries) ask(query);
  const microseconds = (1e6 * (cpuSeconds() - askedAt)) / QUERIES;
  model.dispose();
  return { seconds, megabytes, microseconds };
}
