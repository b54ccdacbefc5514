/**
 * `node test/bench/serve/sequences.ts [--events 400000 --seconds 3 --port 8796 --json]`: models of what comes next in the built Worker for
 * recommendations in workerd. Each request has a session of five items, as a page sends it. Prints the processor time of workerd for a
 * request, and what of it is the model's: the time less that of a list by popularity. Fits of a model are as its study begins them.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type AlgorithmName, type AlgorithmParams, STARTING_POINTS } from "#contract/algorithms.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { createRandom } from "#engine/random.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { madeSessions } from "../made-sessions.ts";
import { requestBytes } from "./http-caller.ts";
import { closedLoop } from "./load.ts";
import { madeCatalogue } from "./made-catalogue.ts";
import { cpuSeconds } from "./process-cpu.ts";
import { KEY, startServingWorker } from "./serving-worker.ts";

const CALLERS = 8;
const WARM_SECONDS = 2;
const SESSION = 5;
const SEED = 1;

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "400000" },
    seconds: { type: "string", default: "3" },
    port: { type: "string", default: "8796" },
    json: { type: "boolean", default: false },
  },
});

interface BenchModel {
  readonly name: string;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}

const alone = (algorithm: AlgorithmName): BenchModel => ({
  ...{ name: algorithm, algorithm },
  params: STARTING_POINTS[algorithm][0] ?? {},
});

/** The floor comes first. */
const MODELS: readonly BenchModel[] = [
  ...(["TopPop", "WindowedPop", "SequenceRules", "TwoSidedKNN", "SessionKNN"] as const).map(alone),
  ...(["RecentIALS", "RepeatedItems"] as const).map(alone),
  {
    name: "Blend of SessionKNN, TwoSidedKNN and RepeatedItems",
    algorithm: "Blend",
    params: {
      ...{ "weight.SessionKNN": 1, "weight.TwoSidedKNN": 0.5, "weight.RepeatedItems": 0.1 },
      // A blend has these by default.
      ...{ "weight.IALS": 0, "weight.DegreeKNN": 0 },
    },
  },
  {
    name: "Blend of TwoSidedKNN and RecentIALS",
    algorithm: "Blend",
    params: {
      ...{ "weight.TwoSidedKNN": 1, "weight.RecentIALS": 2 },
      ...{ "weight.IALS": 0, "weight.DegreeKNN": 0 },
    },
  },
];

interface Row {
  readonly model: string;
  readonly perSecond: number;
  /** Microseconds of workerd's processor for a request, and of the model for its part. */
  readonly requestUs: number;
  readonly queryUs: number;
  readonly load: number;
}

function sectionsOf(dataset: Dataset, { algorithm, params }: BenchModel): Section[] {
  const { userItems } = withAges(dataset);
  const input = fitInputOf({
    userItems,
    ...orderWithin(dataset),
    kernels: loadWasmKernels(),
    seed: SEED,
  });
  const task = algorithmOf(algorithm).begin(input, params);
  while (!task.done) task.step();
  return modelSections(task.model(), dataset);
}

/** Neighbours of a chain, as sessions are. */
function sessionRequest(n: number, itemCount: number): Buffer {
  const start = createRandom(n).below(itemCount - 10 * SESSION);
  const session = Array.from({ length: SESSION }, (_, at) => ({ item_id: `i${start + 10 * at}` }));
  return requestBytes("POST", "/v1/recommend", KEY, { session });
}

const dataset = await madeSessions(Number(options.events), SEED);
const metadata = madeCatalogue(dataset.items.size);
const rows: Row[] = [];
for (const [at, model] of MODELS.entries()) {
  const worker = await startServingWorker({ port: Number(options.port), inspectorPort: null });
  await worker.serve(
    { id: at + 1, algorithm: model.algorithm, sections: sectionsOf(dataset, model) },
    metadata,
  );
  const load = {
    ...{ port: worker.port, callers: CALLERS, seconds: Number(options.seconds) },
    requestAt: (n: number) => sessionRequest(n, dataset.items.size),
  };
  await closedLoop({ ...load, seconds: WARM_SECONDS });
  const before = cpuSeconds(worker.pid);
  const { count, perSecond } = await closedLoop(load);
  const requestUs = (1e6 * (cpuSeconds(worker.pid) - before)) / count;
  await worker.stop();
  const floor = rows[0]?.requestUs ?? requestUs;
  rows.push({
    ...{ model: model.name, perSecond, requestUs, queryUs: requestUs - floor },
    load: loadavg()[0] ?? 0,
  });
}
if (options.json) console.log(JSON.stringify(rows, null, 2));
else {
  console.log(`${options.events} events, ${dataset.items.size} items\n`);
  console.log("| model | requests/s | µs of processor a request | of it the model | load |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const { model, perSecond, requestUs, queryUs, load } of rows)
    console.log(
      `| ${[model, perSecond.toFixed(0), requestUs.toFixed(0), queryUs.toFixed(0), load.toFixed(1)].join(" | ")} |`,
    );
}
