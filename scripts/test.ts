/**
 * `npm test`: everything there is to check. Stops at the first failure. Fault tests spend most of their time waiting for what the
 * platform does after a minute, so they run beside the unit tests. Browser tests measure how long a page blocks, so they run alone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./ensure-chromium.ts";
import { ROOT } from "./root.ts";

const running = new Set<ChildProcess>();

/** Runs a script and shows what it prints: at once, or in one piece at its end. Ends this program when the script fails. */
async function run(name: string, args: readonly string[], { isShownAtEnd = false } = {}): Promise<void> {
  const startedAt = Date.now();
  if (!isShownAtEnd) console.log(`\n── ${name}`);
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: isShownAtEnd ? "pipe" : "inherit" });
  running.add(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const status = await new Promise<number | null>((done) => child.once("close", done));
  running.delete(child);
  if (isShownAtEnd) console.log(`\n── ${name}\n${printed}`);
  if (status !== 0) fail(name, status);
  console.log(`── ${name}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

function fail(name: string, status: number | null): never {
  process.stderr.write(`\n${name} failed.\n`);
  for (const child of running) child.kill("SIGTERM");
  process.exit(status ?? 1);
}

function script(path: string, ...args: readonly string[]): string[] {
  return [join(ROOT, "node_modules", path), ...args];
}

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

/** Runs some vitest projects and returns what they counted. */
async function runTests(
  name: string,
  projects: readonly string[],
  options: { isShownAtEnd?: boolean } = {},
): Promise<Counts> {
  const report = join(reports, `${projects.join("-")}.json`);
  const chosen = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  await run(name, script("vitest/vitest.mjs", "run", ...chosen, ...reporters), options);
  return JSON.parse(readFileSync(report, "utf8")) as Counts;
}

const reports = mkdtempSync(join(tmpdir(), "edgewise-reports-"));
ensureChromium((line) => console.log(line));
await run("Build", [join(ROOT, "scripts/stack/build.ts")]);
await Promise.all([
  run("Types", script("typescript/bin/tsc", "-b")),
  run("Lint", script("@biomejs/biome/bin/biome", "check", "."), { isShownAtEnd: true }),
]);
const counts = [
  ...(await Promise.all([
    runTests("Unit, Workers-runtime and deploy tests", ["pure", "workers", "deploy"]),
    runTests("Fault tests", ["faults"], { isShownAtEnd: true }),
  ])),
  await runTests("Browser tests", ["browser"]),
];
rmSync(reports, { recursive: true, force: true });
const sum = (name: keyof Counts) => counts.reduce((total, count) => total + count[name], 0);
console.log(
  `\n${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed, ${sum("numPendingTests")} skipped`,
);
