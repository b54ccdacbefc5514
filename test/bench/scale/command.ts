/**
 * `edgewise train` on a generated file in the manner of MovieLens 20M: seconds and the largest resident memory of its process, in one piece and by
 * blocks. Run: node test/bench/scale/command.ts [--rows 5000000] [--algorithm IALS] [--params '{"n_components": 64, "train_epochs": 8}'] [--memory 256]
 * [--jobs 1,2] [--only blocks].
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { madeRatings, shapeOf } from "./made-ratings.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "5000000" },
    algorithm: { type: "string", default: "IALS" },
    params: { type: "string", default: '{"n_components": 64, "train_epochs": 8}' },
    /** Megabytes, for the runs by blocks. */
    memory: { type: "string", default: "256" },
    jobs: { type: "string", default: "1,2" },
    only: { type: "string" },
  },
});

const COMMAND = new URL("../../../cli/edgewise.ts", import.meta.url).pathname;
const COLUMNS = ["--user-column", "userId", "--item-column", "movieId", "--weight-column", "rating"];
const MARK = "what the process took: ";
/** Runs in the measured process, and so knows all of its threads. */
const PRELOAD = `process.on("exit", () => process.stderr.write("\\n${MARK}" + JSON.stringify(process.resourceUsage()) + "\\n"))`;

interface Run {
  readonly byBlocks: boolean;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Megabytes of 10⁶ bytes. */
  readonly residentMb: number;
  readonly fitSeconds: number;
  readonly modelMb: number;
}

const folder = mkdtempSync(join(tmpdir(), "edgewise-command-"));
try {
  console.log(
    "| rows | file, MB | how | seconds | of them fitting | processor s | largest resident memory, MB | model, MB |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const rows of values.rows.split(",").map(Number)) await measure(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(rows: number): Promise<void> {
  const path = join(folder, `${rows}.csv`);
  const file = openSync(path, "w");
  for (const text of madeRatings(shapeOf(rows))) writeSync(file, text);
  closeSync(file);
  const pieces = ["one piece", ...values.jobs.split(",").map((jobs) => `blocks, jobs ${jobs}`)];
  for (const how of pieces.filter((name) => !values.only || name.startsWith(values.only))) {
    const limits = how === "one piece" ? ["--memory", "1000000"] : ["--memory", values.memory];
    const isByBlocks = how !== "one piece";
    const run = await train(path, [...limits, "--jobs", how.split("jobs ")[1] ?? "1"]);
    if (run.byBlocks !== isByBlocks)
      throw new Error(
        `--memory ${values.memory} does not decide: the run is${run.byBlocks ? "" : " not"} by blocks.`,
      );
    const figures = [run.seconds, run.fitSeconds, run.cpuSeconds, run.residentMb, run.modelMb].map((value) =>
      value.toFixed(0),
    );
    const cells = [`${rows / 1e6} M`, (statSync(path).size / 1e6).toFixed(0), how, ...figures];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

/** Runs the command to its end. Throws what it says when it fails. */
async function train(path: string, limits: readonly string[]): Promise<Run> {
  const { algorithm, params } = values;
  const asked = ["--data", path, ...COLUMNS, "--algorithm", algorithm, "--params", params];
  const args = ["train", ...asked, ...limits, "--out", join(folder, "model"), "--unsigned-key", "--json"];
  const url = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", url, COMMAND, ...args]);
  let [out, said] = ["", ""];
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    said += text;
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`The command ends with ${status}: ${said}`);
  const { fit_seconds: fitSeconds, by_blocks: byBlocks, bytes } = JSON.parse(out);
  const used = JSON.parse(said.split(MARK)[1] as string) as NodeJS.ResourceUsage;
  return {
    byBlocks,
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6,
    // In units of 1,024 bytes.
    residentMb: (used.maxRSS * 1024) / 1e6,
    fitSeconds,
    modelMb: bytes / 1e6,
  };
}
