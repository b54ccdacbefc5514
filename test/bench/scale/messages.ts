/**
 * What each message of an ingestion takes: processor seconds, the memory it adds, and operations on R2, by stage, with the price. Runs the tasks one after
 * another in this process on files in a folder.
 *
 * `node --expose-gc test/bench/scale/messages.ts [--rows 1000000,5000000,20000000] [--memory]`; to measure memory, garbage is collected at each peak, which takes
 * processor time. Fails when a message takes more than 96 MB or 30 s.
 */
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { totalDollars } from "#engine/scale/estimate/stages-estimate.ts";
import { madeRatings, shapeOf } from "./made-ratings.ts";
import { Meter, runMeasured, type StageFigures, workOn } from "./measured-ingestion.ts";
import { requireWithin } from "./message-limits.ts";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000,5000000,20000000" },
    memory: { type: "boolean", default: false },
  },
});

async function measure(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-messages-"));
  try {
    const path = join(folder, "ratings.csv");
    const written = openSync(path, "w");
    for (const text of madeRatings(shapeOf(rows))) writeSync(written, text);
    closeSync(written);
    const meter = new Meter(options.memory);
    await runMeasured(workOn(path, folder, meter), meter);
    print(meter, rows, statSync(path).size);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(meter: Meter, rows: number, bytes: number): void {
  console.log(`${rows} rows, ${(bytes / 1e6).toFixed(0)} MB`);
  const all = [...meter.stages];
  for (const [name, { tasks, cpuMs, mostCpuMs, mostBytes, reads, writes }] of all) {
    console.log(
      `  ${name.padEnd(7)} ${tasks} messages, ${(cpuMs / 1000).toFixed(2)} s of CPU, at most ${(mostCpuMs / 1000).toFixed(2)} s${options.memory ? ` and ${(mostBytes / 1e6).toFixed(0)} MB` : ""} each, ${reads} reads, ${writes} writes`,
    );
  }
  requireWithin(
    all.map(([name, { mostCpuMs, mostBytes }]) => ({
      name,
      cpuSeconds: mostCpuMs / 1000,
      mb: mostBytes / 1e6,
    })),
  );
  const sum = (field: keyof StageFigures) => all.reduce((total, [, figures]) => total + figures[field], 0);
  const counts = { messages: sum("tasks"), cpuSeconds: sum("cpuMs") / 1000 };
  const dollars = totalDollars({ ...counts, reads: sum("reads"), writes: sum("writes") });
  console.log(
    `  all: ${sum("tasks")} messages, ${(sum("cpuMs") / 1000).toFixed(1)} s of CPU, ${sum("reads")} reads, ${sum("writes")} writes, $${dollars.toFixed(4)}, $${((dollars / rows) * 1e6).toFixed(5)} a million rows`,
  );
}

for (const rows of options.rows.split(",").map(Number)) await measure(rows);
