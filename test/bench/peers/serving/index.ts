/**
 * `node test/bench/peers/serving/index.ts --python PYTHON [--items 4000,40000 --rounds 3 --seconds 3 --json]`: the built Worker for
 * recommendations beside a FastAPI service that does Recotem's inference. Same interactions, same requests, same number of factors, one
 * process each, in turns. PYTHON needs irspack, fastapi and uvicorn. Figures are medians of the rounds.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { requestBytes } from "../../serve/http-caller.ts";
import { closedLoop, type Load, openLoop } from "../../serve/load.ts";
import { madeCatalogue } from "../../serve/made-catalogue.ts";
import { fittedSections, madeDataset, USERS, userName } from "../../serve/made-world.ts";
import { cpuSeconds, residentMb } from "../../serve/process-cpu.ts";
import { KEY, PROJECT, startServingWorker } from "../../serve/serving-worker.ts";
import { startFastApi } from "./fastapi-service.ts";

const CALLERS = 8;
const FACTORS = 64;
const NEIGHBOURS = 50;
const WARM_SECONDS = 1;

const { values: options } = parseArgs({
  options: {
    python: { type: "string", default: ".peers/bin/python" },
    items: { type: "string", default: "4000,40000" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    port: { type: "string", default: "8797" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);

/** What one side did in one round. */
interface Round {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
}

interface Row extends Round {
  readonly side: "Edgewise" | "FastAPI";
  readonly model: string;
  readonly items: number;
  readonly residentMb: number;
  readonly load: number;
}

/** A running service: its port, its process, and the path of its prediction for a user of the project. */
interface Side {
  readonly port: number;
  readonly pid: number;
  readonly path: string;
}

const MODELS = [
  { peer: "ials", algorithm: "IALS", params: { n_components: FACTORS, train_epochs: 1 } },
  { peer: "knn", algorithm: "CosineKNN", params: { top_k: NEIGHBOURS } },
] as const;

const rows: Row[] = [];
let modelId = 0;
for (const items of options.items.split(",").map(Number)) {
  const dataset = await madeDataset(items);
  for (const { peer, algorithm, params } of MODELS) {
    const port = Number(options.port);
    const worker = await startServingWorker({ port, inspectorPort: null });
    const sections = fittedSections(dataset, algorithm, params);
    await worker.serve({ id: ++modelId, algorithm, sections }, madeCatalogue(items));
    const started = { python: options.python, port: port + 1, model: peer, factors: FACTORS, key: KEY };
    const service = await startFastApi(dataset, started);
    try {
      const ours = { ...worker, path: `/inference/predict/project/${PROJECT}` };
      const theirs = { ...service, path: `/predict/project/${PROJECT}` };
      await compare(`${algorithm}, ${items} items`, { algorithm, items, ours, theirs });
    } finally {
      service.stop();
      await worker.stop();
    }
  }
}
if (options.json) console.log(JSON.stringify(rows, null, 2));

interface Comparison {
  readonly algorithm: string;
  readonly items: number;
  readonly ours: Side;
  readonly theirs: Side;
}

async function compare(title: string, { algorithm, items, ours, theirs }: Comparison): Promise<void> {
  for (const side of [ours, theirs]) await closedLoop(loadOn(side, WARM_SECONDS));
  const rounds: { ours: Round; theirs: Round }[] = [];
  for (let round = 0; round < Number(options.rounds); round++)
    rounds.push({ ours: await roundOf(ours), theirs: await roundOf(theirs) });
  if (!options.json) console.log(title);
  const sides = [
    ["Edgewise", ours, rounds.map((round) => round.ours)],
    ["FastAPI", theirs, rounds.map((round) => round.theirs)],
  ] as const;
  for (const [side, { pid }, measured] of sides) {
    const figures = { residentMb: residentMb(pid), load: loadavg()[0] ?? 0 };
    const row: Row = { side, model: algorithm, items, ...medians(measured), ...figures };
    rows.push(row);
    if (!options.json) console.log(lineOf(row));
  }
}

function loadOn({ port, path }: Side, forSeconds: number): Load {
  const requestAt = (n: number) =>
    requestBytes("POST", path, KEY, { user_id: userName(n % USERS), cutoff: 10 });
  return { port, callers: CALLERS, seconds: forSeconds, requestAt };
}

/** As many requests as the side takes, then half that rate for the times. */
async function roundOf(side: Side): Promise<Round> {
  const load = loadOn(side, seconds);
  const before = cpuSeconds(side.pid);
  const { perSecond, count } = await closedLoop(load);
  const cpuMs = (1000 * (cpuSeconds(side.pid) - before)) / count;
  const { p50, p99 } = await openLoop(load, Math.max(1, Math.floor(perSecond / 2)));
  return { perSecond, cpuMs, p50, p99 };
}

function medians(rounds: readonly Round[]): Round {
  const median = (of: (round: Round) => number) =>
    rounds.map(of).toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  return {
    perSecond: median((round) => round.perSecond),
    cpuMs: median((round) => round.cpuMs),
    p50: median((round) => round.p50),
    p99: median((round) => round.p99),
  };
}

function lineOf(row: Row): string {
  const times = `at half the rate p50 ${row.p50.toFixed(1)} ms, p99 ${row.p99.toFixed(1)} ms`;
  const figures = [`${row.perSecond.toFixed(0)}/s`, `${row.cpuMs.toFixed(3)} ms of processor`, times];
  return `  ${row.side}: ${figures.join(", ")}, ${row.residentMb.toFixed(0)} MB, load ${row.load.toFixed(1)}`;
}
