/**
 * Events a second of one project, and what a million of them cost: `node test/bench/events.ts [--seconds 10] [--senders 8] [--batch 100]`.
 *
 * Starts a local stack, sends batches of events of 10,000 users, then counts the rows in the databases of event objects. Processor
 * seconds are those of the whole stack.
 */
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import { sealBytesOf } from "#jobs/event-shard/shard-state.ts";
import { createWorld } from "../e2e/api-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";
import { batchOf } from "./event-load.ts";
import { AWAKE_OBJECT_A_MONTH, eventsCost } from "./prices.ts";

const TICKS_PER_SECOND = 100;
const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    senders: { type: "string", default: "8" },
    batch: { type: "string", default: "100" },
  },
});
const [seconds, senders, batch] = [Number(options.seconds), Number(options.senders), Number(options.batch)];

const stack = await startTestStack({ settings: {} });
try {
  const world = await createWorld(stack.url);
  const body = { project: world.project.id, name: "bench", scopes: ["events"] };
  const { key } = await world.client.post<ApiKeyCreatedResponse>("api_keys/", body);
  await sendFor(key, 2);
  const before = { cpu: cpuSeconds(stack.pid), rows: shardRows() };
  const startedAt = performance.now();
  const { events, requests } = await sendFor(key, seconds);
  const took = (performance.now() - startedAt) / 1000;
  const cpu = cpuSeconds(stack.pid) - before.cpu;
  const after = shardRows();
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");
  console.log(`${senders} senders, batches of ${batch}, load ${load}`);
  console.log(
    `${(events / took).toFixed(0)} events a second, ${(events / cpu).toFixed(0)} a processor second`,
  );
  const rows = after.rows - before.rows.rows;
  const bytes = after.bytes - before.rows.bytes;
  console.log(`${(events / rows).toFixed(1)} events a row, ${(bytes / events).toFixed(0)} bytes an event`);
  printCost({ events, requests, cpu, rows, bytes, objects: after.objects });
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}

interface Measured {
  readonly events: number;
  readonly requests: number;
  readonly cpu: number;
  readonly rows: number;
  readonly bytes: number;
  readonly objects: number;
}

/**
 * Each request calls every object, and each call may write a row of its own: the databases do not tell how many calls shared one. Rows are
 * deleted once segments have them.
 */
function printCost({ events, requests, cpu, rows, bytes, objects }: Measured): void {
  const objectCalls = requests * Math.min(objects, batch);
  const cost = eventsCost({
    ...{ events, requests, cpuMs: cpu * 1000, objectCalls },
    ...{ rowsWritten: objectCalls, rowsDeleted: rows, seals: bytes / sealBytesOf(objects) },
  });
  for (const [name, dollars] of Object.entries(cost)) {
    console.log(`  $${dollars.toFixed(4)} a million events: ${name}`);
  }
  const { "HTTP requests": http = 0, ...beyond } = cost;
  const sum = Object.values(beyond).reduce((all, dollars) => all + dollars, 0);
  console.log(
    `  $${(1000 * sum).toFixed(2)} a billion events beyond HTTP requests ($${(1000 * http).toFixed(2)})`,
  );
  const month = objects * AWAKE_OBJECT_A_MONTH;
  console.log(`  $${month.toFixed(2)} a month: ${objects} objects that never sleep`);
}

async function sendFor(key: string, duration: number): Promise<{ events: number; requests: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  const endsAt = performance.now() + duration * 1000;
  let requests = 0;
  const send = async () => {
    while (performance.now() < endsAt) await post(agent, key, requests++);
  };
  await Promise.all(Array.from({ length: senders }, send));
  agent.destroy();
  return { events: requests * batch, requests };
}

function post(agent: Agent, key: string, seed: number): Promise<void> {
  const events = batchOf(seed, batch, key.slice(-6));
  const body = JSON.stringify(events);
  const headers = { "X-API-Key": key, "Content-Type": "application/json", "Content-Length": body.length };
  const address = { host: "127.0.0.1", port: stack.port, path: "/v1/events", method: "POST", headers, agent };
  return new Promise((done, failed) => {
    const call = request(address, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.once("end", () => {
        if (response.statusCode === 200) done();
        else failed(new Error(`Status ${response.statusCode}: ${text}`));
      });
    });
    call.once("error", failed);
    call.end(body);
  });
}

/** Of a process and all below it, as Linux counts them. */
function cpuSeconds(root: number): number {
  const stats = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => statOf(pid) ?? []);
  const below = new Set([root]);
  for (let size = 0; size < below.size; ) {
    size = below.size;
    for (const { pid, parent } of stats) if (below.has(parent)) below.add(pid);
  }
  const ticks = stats.filter(({ pid }) => below.has(pid)).reduce((sum, { ticks: own }) => sum + own, 0);
  return ticks / TICKS_PER_SECOND;
}

function statOf(pid: string): { pid: number; parent: number; ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // The process has just ended.
    return null;
  }
}

/** Event objects that have begun, and their rows of events. */
function shardRows(): { objects: number; rows: number; bytes: number } {
  const sum = { objects: 0, rows: 0, bytes: 0 };
  for (const entry of readdirSync(stack.stateDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".sqlite") || !entry.parentPath.includes("EventShard"))
      continue;
    const database = new DatabaseSync(join(entry.parentPath, entry.name), { readOnly: true });
    const has = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get();
    if (has) {
      const found = database
        .prepare("SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM events")
        .get();
      sum.objects++;
      sum.rows += Number(found?.rows);
      sum.bytes += Number(found?.bytes);
    }
    database.close();
  }
  return sum;
}
