/**
 * How the seconds of a study grow with its trials, and how long a ping takes meanwhile. The data are so small that a trial takes
 * about a millisecond. So the bench measures the choice of trials, their messages, and their log.
 *
 * `node test/bench/long-study.ts [--trials 100,1000] [--parallel 1] [--algorithms TopPop,CosineKNN,RP3beta] [--watch]`
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createWorld, type World } from "../e2e/api-world.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";

const USERS = 61;
const ITEMS = 51;
const ITEMS_PER_USER = 12;
const PING_EVERY_MS = 20;

const { values: options } = parseArgs({
  options: {
    trials: { type: "string", default: "100,1000" },
    parallel: { type: "string", default: "1" },
    algorithms: { type: "string", default: "TopPop,CosineKNN,RP3beta" },
    /** Keeps a status socket with trials and a log socket open, as the dashboard does. */
    watch: { type: "boolean", default: false },
  },
});

const stack = await startTestStack();
try {
  const world = await createWorld(stack.url);
  const data = await world.upload(tasteCsv(USERS, ITEMS, ITEMS_PER_USER));
  const idle: number[] = [];
  for (let at = 0; at < 100; at++) idle.push(await ping());
  report("pings before", idle);
  let first: number | null = null;
  for (const trials of options.trials.split(",").map(Number)) {
    const { seconds, cpuSeconds } = await run(world, data.id, trials);
    const pace = seconds / trials;
    first ??= pace;
    const cpu = ((1000 * cpuSeconds) / trials).toFixed(1);
    console.log(
      `${trials} trials: ${seconds.toFixed(2)} s, ${(pace / first).toFixed(2)} times the first pace, ${cpu} ms of processor a trial`,
    );
  }
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}

interface Cost {
  readonly seconds: number;
  /** Of the Workers' processes; 0 where the system does not report it. */
  readonly cpuSeconds: number;
}

/** Seconds of a study from its start to its end, with pings during the whole study. */
async function run(world: World, dataId: number, trials: number): Promise<Cost> {
  const startedAt = performance.now();
  const cpuAtStart = workerdSeconds();
  const { id } = await world.startTuning(dataId, {
    n_trials: trials,
    n_tasks_parallel: Number(options.parallel),
    tried_algorithms_json: options.algorithms.split(","),
    train_after_tuning: false,
  });
  const sockets = options.watch ? await watch(world, id) : [];
  let isOver = false;
  const ended = world.jobEnd(id).finally(() => {
    isOver = true;
  });
  const pings: number[] = [];
  while (!isOver) {
    pings.push(await ping());
    await new Promise((wake) => setTimeout(wake, PING_EVERY_MS));
  }
  const cost = {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: workerdSeconds() - cpuAtStart,
  };
  const job = await ended;
  if (job.status !== "COMPLETED") throw new Error(`The job ended ${job.status}: ${job.error}`);
  for (const socket of sockets) socket.close();
  const found = await world.trials(id);
  report(`pings while ${found.length} trials ran`, pings);
  return cost;
}

/** Processor seconds of the stack's Workers so far: ticks of a hundredth, from Linux. */
function workerdSeconds(): number {
  if (!existsSync("/proc")) return 0;
  let ticks = 0;
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const stat = readStat(name);
    const [, command, rest = ""] = /^\d+ \((.*)\) (.*)$/.exec(stat) ?? [];
    const fields = rest.split(" ");
    if (command === "workerd" && fields[2] === String(stack.pid))
      ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}

/** Empty for a process that has just ended. */
function readStat(process: string): string {
  try {
    return readFileSync(`/proc/${process}/stat`, "utf8").trim();
  } catch {
    return "";
  }
}

async function watch(world: World, jobId: number): Promise<WebSocket[]> {
  const { Authorization = "" } = await world.session();
  const token = encodeURIComponent(Authorization.replace("Bearer ", ""));
  const base = `${stack.url.replace("http", "ws")}/ws/job/${jobId}`;
  return [`${base}/status/?trials=1&token=${token}`, `${base}/logs/?token=${token}`].map(
    (url) => new WebSocket(url),
  );
}

async function ping(): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${stack.url}/api/ping/`);
  await response.text();
  return performance.now() - startedAt;
}

function report(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  console.log(`${name}: n ${sorted.length}  p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(1)} ms`);
}
