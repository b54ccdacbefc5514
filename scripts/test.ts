/** `npm test`: everything there is to check, in the order in which it fails fastest. Stops at the first failure. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWasm } from "./build-wasm.ts";
import { ensureChromium } from "./ensure-chromium.ts";
import { ROOT } from "./root.ts";

function run(name: string, script: string, args: readonly string[]): void {
  const startedAt = Date.now();
  console.log(`\n── ${name}`);
  const path = join(ROOT, "node_modules", script);
  const result = spawnSync(process.execPath, [path, ...args], { cwd: ROOT, stdio: "inherit" });
  if (result.status !== 0) {
    process.stderr.write(`\n${name} failed.\n`);
    process.exit(result.status ?? 1);
  }
  console.log(`── ${name}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

/** Runs some vitest projects and returns what they counted. */
function runTests(name: string, projects: readonly string[], report: string): Counts {
  const chosen = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  run(name, "vitest/vitest.mjs", ["run", ...chosen, ...reporters]);
  return JSON.parse(readFileSync(report, "utf8")) as Counts;
}

const reports = mkdtempSync(join(tmpdir(), "edgewise-reports-"));
ensureChromium((line) => console.log(line));
await buildWasm();
run("Types", "typescript/bin/tsc", ["-b"]);
run("Lint", "@biomejs/biome/bin/biome", ["check", "."]);
const counts = [
  runTests(
    "Unit, Workers-runtime and deploy tests",
    ["pure", "workers", "deploy"],
    join(reports, "unit.json"),
  ),
  runTests("Browser and fault tests", ["browser", "faults"], join(reports, "e2e.json")),
];
rmSync(reports, { recursive: true, force: true });
const sum = (name: keyof Counts) => counts.reduce((total, count) => total + count[name], 0);
console.log(
  `\n${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed, ${sum("numPendingTests")} skipped`,
);
