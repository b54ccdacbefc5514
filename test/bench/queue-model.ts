/**
 * A simulation of an ingestion on Cloudflare Queues: 250 consumers with ramp, latency and lost messages. Prints minutes and dollars by the number of rows.
 *
 * `node test/bench/queue-model.ts [--rows 20000000,100000000,1000000000] [--seed 1]`
 *
 * Assumptions, from the platform's documents where they say something:
 * - a batch is one message; a consumer is added only when a batch ends, one for each that ends, up to 250; a stage begins with the consumers of the one
 *   before it, for they stay while messages wait
 * - a message waits 100 ms to 1 s until it is delivered, evenly spread; the coordinator takes 20 ms for each report, one after another
 * - one message in a thousand is lost with its worker, and is done again after 20 s, when its claim ends
 * - processor time is what `test/bench/scale/messages.ts` measured for each million rows; a task takes twice its processor time, for R2
 */
import { parseArgs } from "node:util";
import { createRandom, type Random } from "#engine/random.ts";
import { INGEST_SIZES } from "#engine/scale/ingest/ingest-work.ts";
import { LEASE_TTL_MS } from "#jobs/leased-task.ts";
import { MOST_IN_FLIGHT } from "#jobs/staged-job.ts";
import { PRICES } from "./prices.ts";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "20000000,100000000,1000000000" },
    seed: { type: "string", default: "1" },
  },
});

const ROW_BYTES = 24;
/** Of an entry in a block of users, with its time, and in a block of items. */
const ENTRY_BYTES = { users: 16, items: 8 };
const LATENCY_MS = { least: 100, most: 1_000 };
const COORDINATOR_MS = 20;
const LOST_SHARE = 0.001;
const WALL_PER_CPU = 2;

interface StagePlan {
  readonly name: string;
  readonly tasks: number;
  readonly cpuMs: number;
  readonly reads: number;
  readonly writes: number;
}

/** Seconds of processor time for each million rows, by stage. */
const CPU_SECONDS = { map: 1.9, reduce: 0.5, blocks: 0.15, items: 0.15 };
/** What a single task takes for each million rows. */
const SINGLE_SECONDS = { order: 0.05, times: 0.06, finish: 0.1 };

function planOf(rows: number): StagePlan[] {
  const millions = rows / 1e6;
  const ranges = Math.ceil((rows * ROW_BYTES) / INGEST_SIZES.rangeBytes);
  const fragments = Math.ceil(rows / ranges / INGEST_SIZES.fragmentRows);
  const partitions = Math.ceil((rows * ROW_BYTES) / INGEST_SIZES.partitionBytes);
  const userBlocks = Math.ceil((rows * ENTRY_BYTES.users) / INGEST_SIZES.blockBytes);
  const itemBlocks = Math.ceil((rows * ENTRY_BYTES.items) / INGEST_SIZES.blockBytes);
  const each = (seconds: number, tasks: number) => (1000 * seconds * millions) / tasks;
  const one = (name: string, seconds: number, reads: number, writes: number): StagePlan => ({
    ...{ name, tasks: 1, cpuMs: 20 + 1000 * seconds * millions, reads, writes },
  });
  return [
    one("survey", 0, ranges, 1),
    { name: "map", tasks: ranges, cpuMs: each(CPU_SECONDS.map, ranges), reads: 3, writes: fragments + 1 },
    one("join", 0, ranges + 1, 1),
    {
      ...{ name: "reduce", tasks: partitions, cpuMs: each(CPU_SECONDS.reduce, partitions) },
      ...{ reads: ranges * fragments + 1, writes: 2 },
    },
    one("order", SINGLE_SECONDS.order, 2 * partitions + 1, partitions + userBlocks + 3),
    {
      ...{ name: "blocks", tasks: userBlocks, cpuMs: each(CPU_SECONDS.blocks, userBlocks) },
      ...{ reads: 2 * partitions + 3, writes: 3 },
    },
    {
      ...{ name: "items", tasks: itemBlocks, cpuMs: each(CPU_SECONDS.items, itemBlocks) },
      ...{ reads: 2 * userBlocks + 2, writes: 2 },
    },
    one("finish", SINGLE_SECONDS.finish + SINGLE_SECONDS.times, 4 * userBlocks + itemBlocks + 5, 2),
  ];
}

/** When each stage ends, milliseconds from the start. */
function endsOf(stages: readonly StagePlan[], random: Random): number[] {
  let now = 0;
  let consumers = 1;
  return stages.map(({ tasks, cpuMs }) => {
    const latency = () => LATENCY_MS.least + random.next() * (LATENCY_MS.most - LATENCY_MS.least);
    const free: number[] = new Array(consumers).fill(now);
    let coordinatorFreeAt = now;
    let end = now;
    for (let task = 0; task < tasks; task++) {
      free.sort((a, b) => a - b);
      const begins = Math.max(free.shift() as number, now) + latency();
      const lost = random.next() < LOST_SHARE ? LEASE_TTL_MS : 0;
      const done = begins + lost + WALL_PER_CPU * cpuMs;
      coordinatorFreeAt =
        Math.max(coordinatorFreeAt, done) === done
          ? done + COORDINATOR_MS
          : coordinatorFreeAt + COORDINATOR_MS;
      free.push(done);
      if (consumers < MOST_IN_FLIGHT) {
        consumers++;
        free.push(done);
      }
      end = Math.max(end, coordinatorFreeAt);
    }
    now = end;
    return now;
  });
}

function print(rows: number): void {
  const stages = planOf(rows);
  const ends = endsOf(stages, createRandom(Number(options.seed)));
  const sum = (value: (stage: StagePlan) => number) =>
    stages.reduce((total, stage) => total + stage.tasks * value(stage), 0);
  const messages = sum(() => 1);
  const dollars = {
    processor: (sum(({ cpuMs }) => cpuMs) * PRICES.cpuMs) / 1e6,
    queue: (3 * messages * PRICES.queueOperation) / 1e6,
    // A claim and a report, and a row with an alarm for each.
    coordinator: (2 * messages * PRICES.objectRequest + 4 * messages * PRICES.rowWritten) / 1e6,
    reads: (sum(({ reads }) => reads) * PRICES.r2Read) / 1e6,
    writes: (sum(({ writes }) => writes) * PRICES.r2Write) / 1e6,
  };
  const total = Object.values(dollars).reduce((all, part) => all + part, 0);
  console.log(
    `${rows / 1e6} M rows: ${messages} messages, ${((ends.at(-1) ?? 0) / 60_000).toFixed(1)} minutes, $${total.toFixed(4)}`,
  );
  const parts = Object.entries(dollars).map(([name, part]) => `${name} ${part.toFixed(4)}`);
  console.log(`  $: ${parts.join(", ")}`);
  const slowest = Math.max(...stages.map(({ cpuMs }) => cpuMs));
  console.log(
    `  ends of stages, s: ${ends.map((end, at) => `${stages[at]?.name} ${(end / 1000).toFixed(0)}`).join(", ")}`,
  );
  console.log(`  longest message: ${(slowest / 1000).toFixed(1)} s of processor time`);
}

for (const rows of options.rows.split(",").map(Number)) print(rows);
