/**
 * `npm run bench:serve [-- --items 4000,40000 --models factor --cases person --seconds 3 --rate 500 --json]`: the built Worker for
 * recommendations alone in workerd with real models. For each case: how many requests a second eight callers get, and the processor
 * time of workerd for each. Then the times at a fixed rate, by default half of what the callers got. `--profile PORT` also prints the
 * functions of the Worker that had the processor most often, alone and with what they call. The inspector listens at that port.
 * `--cases ""` runs all cases. `--experiment ab|interleave|holdout` serves the model in two slots of a running experiment.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { recommendationsCost } from "../prices.ts";
import { CASES, liveEvents, MODELS, USUAL_CASES } from "./cases.ts";
import { hottest, profileOf, widest } from "./cpu-profile.ts";
import { answerOf, stagesText } from "./first-answer.ts";
import { openCaller, requestBytes } from "./http-caller.ts";
import { closedLoop, type Load, openLoop } from "./load.ts";
import { madeCatalogue } from "./made-catalogue.ts";
import { fittedSections, madeDataset } from "./made-world.ts";
import { cpuSeconds, residentMb } from "./process-cpu.ts";
import { BENCH_EXPERIMENTS, KEY, PROJECT, type ServingWorker, startServingWorker } from "./serving-worker.ts";

const CALLERS = 8;
const WARM_SECONDS = 1;
/** A model converts its factors to one byte each over its first lists, two milliseconds in each: these are no usual ones. */
const WARM_ANSWERS = 200;
const PROFILE_LINES = 40;

const { values: options } = parseArgs({
  options: {
    items: { type: "string", default: "4000,40000,400000" },
    models: { type: "string", default: MODELS.map(({ name }) => name).join(",") },
    cases: { type: "string", default: USUAL_CASES },
    seconds: { type: "string", default: "1" },
    rate: { type: "string", default: "" },
    port: { type: "string", default: "8797" },
    json: { type: "boolean", default: false },
    profile: { type: "string", default: "" },
    experiment: { type: "string", default: "" },
  },
});
const experiment = BENCH_EXPERIMENTS.find((kind) => kind === options.experiment) ?? null;
if (options.experiment !== "" && experiment === null) {
  throw new Error(`--experiment is one of ${BENCH_EXPERIMENTS.join(", ")}.`);
}
const inspectorPort = options.profile === "" ? null : Number(options.profile);

interface Row {
  readonly model: string;
  readonly items: number;
  readonly case: string;
  readonly perSecond: number;
  readonly cpuMs: number;
  /** For a million answers deployed, with a call of a shard for each. */
  readonly dollars: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly residentMb: number;
  readonly load: number;
}

const wanted = (list: string, name: string) => list === "" || list.split(",").includes(name);
const rows: Row[] = [];
const say = (text: string) => options.json || console.log(text);
let modelId = 0;

for (const items of options.items.split(",").map(Number)) {
  const dataset = await madeDataset(items);
  const metadata = madeCatalogue(items);
  for (const model of MODELS.filter(({ name }) => wanted(options.models, name))) {
    const sections = fittedSections(dataset, model.algorithm, model.paramsFor(items));
    const worker = await startServingWorker({ port: Number(options.port), inspectorPort });
    const made = { id: ++modelId, algorithm: model.algorithm, sections };
    const bytes = await worker.serve(made, metadata, PROJECT, experiment);
    say(`${model.name}, ${items} items, ${(bytes / 1e6).toFixed(1)} MB stored`);
    const { cpuMs, wallMs, stages } = await answerOf(worker);
    say(
      `  the first answer of a new isolate: ${cpuMs.toFixed(0)} ms of processor, ${wallMs.toFixed(0)} by the clock (${stagesText(stages)})`,
    );
    let hasLive = false;
    for (const { name, path, needsLive, bodyAt } of CASES.filter((one) => wanted(options.cases, one.name))) {
      if (needsLive && !hasLive) await sendEvents(worker, items);
      hasLive ||= needsLive === true;
      const requestAt = (n: number) => {
        const body = bodyAt(n, items);
        return requestBytes(body === undefined ? "GET" : "POST", path, KEY, body);
      };
      const row = { model: model.name, items, case: name, ...(await measure(worker, requestAt)) };
      rows.push(row);
      say(lineOf(row));
      if (inspectorPort !== null) say((await profileLines(worker, requestAt)).join("\n"));
    }
    await worker.stop();
  }
}
if (options.json) console.log(JSON.stringify(rows, null, 2));

async function sendEvents({ port }: ServingWorker, items: number): Promise<void> {
  const caller = await openCaller(port);
  for (const batch of liveEvents(items)) {
    const { status, body } = await caller.send(requestBytes("POST", "/v1/events", KEY, batch));
    if (status !== 200) throw new Error(`Status ${status}: ${body}`);
  }
  caller.close();
}

async function profileLines({ port }: ServingWorker, requestAt: Load["requestAt"]): Promise<string[]> {
  const load = { port, callers: CALLERS, seconds: Number(options.seconds), requestAt };
  const profile = await profileOf(Number(options.profile), () => closedLoop(load));
  const lines = ["functions alone", ...hottest(profile, PROFILE_LINES)];
  lines.push("functions with what they call", ...widest(profile, PROFILE_LINES));
  return lines.map((line) => `    ${line}`);
}

async function warm(load: Load): Promise<void> {
  for (let answers = 0; answers < WARM_ANSWERS; ) {
    answers += (await closedLoop({ ...load, seconds: WARM_SECONDS })).count;
  }
}

async function measure(worker: ServingWorker, requestAt: Load["requestAt"]) {
  const load = { port: worker.port, callers: CALLERS, seconds: Number(options.seconds), requestAt };
  await warm(load);
  const before = cpuSeconds(worker.pid);
  const most = await closedLoop(load);
  const cpuMs = (1000 * (cpuSeconds(worker.pid) - before)) / most.count;
  const rate = options.rate === "" ? Math.max(1, Math.floor(most.perSecond / 2)) : Number(options.rate);
  const { p50, p99 } = await openLoop(load, rate);
  const dollars = recommendationsCost({ cpuMs, objectCalls: 1 });
  const figures = { perSecond: most.perSecond, cpuMs, dollars, rate, p50, p99 };
  return { ...figures, residentMb: residentMb(worker.pid), load: loadavg()[0] ?? 0 };
}

function lineOf(row: Row): string {
  const figures = [
    `${row.perSecond.toFixed(0)}/s`,
    `${row.cpuMs.toFixed(3)} ms of processor`,
    `$${row.dollars.toFixed(3)} a million`,
    `at ${row.rate}/s p50 ${row.p50.toFixed(1)} ms, p99 ${row.p99.toFixed(1)} ms`,
    `${row.residentMb.toFixed(0)} MB`,
    `load ${row.load.toFixed(1)}`,
  ];
  return `  ${row.case}: ${figures.join(", ")}`;
}
