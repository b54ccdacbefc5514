/**
 * `npm test`: everything there is to check. Stops at the first failure, and ends with a table of what each step took.
 *
 * Fault tests and browser tests wait much of their time, so they run beside the others, which take what is left of the processors.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWasm } from "./build/build-wasm.ts";
import { COMPILED_DIR, ROOT } from "./build/root.ts";
import { ensureChromium } from "./ensure-chromium.ts";
import { keepTemporaryFilesInMemory } from "./memory-folder.ts";
import { failuresOf, type TestReport } from "./test-failures.ts";
import { endStepsOnSignals, runStep, type Step, type StepOptions, stepTable } from "./test-steps.ts";

const startedAt = performance.now();
keepTemporaryFilesInMemory();
const reports = mkdtempSync(join(tmpdir(), "edgewise-reports-"));
const steps: Step[] = [];
const reported: TestReport[] = [];

const inModules = (path: string) => join(ROOT, "node_modules", path);

async function run(name: string, args: readonly string[], options: StepOptions = {}) {
  steps.push(await runStep(name, args, options));
}

interface TestOptions extends StepOptions {
  /** For vitest. */
  readonly flags?: readonly string[];
}

/** Runs some vitest projects and keeps what they counted. */
async function test(name: string, projects: readonly string[], options: TestOptions = {}) {
  const report = join(reports, `${projects.join("-")}.json`);
  const chosen = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  await run(
    name,
    [inModules("vitest/vitest.mjs"), "run", ...chosen, ...reporters, ...(options.flags ?? [])],
    { ...options, explain: () => (existsSync(report) ? failuresOf(readReport(report)) : "") },
  );
  reported.push(readReport(report));
}

function readReport(path: string): TestReport {
  return JSON.parse(readFileSync(path, "utf8")) as TestReport;
}

async function testWhatIsBuilt(): Promise<void> {
  await run("Build", [join(ROOT, "scripts/stack/build.ts")]);
  await Promise.all([
    // Three files at a time: each waits a minute or more for what the platform does after a minute.
    test("Fault tests", ["faults"], { flags: ["--maxWorkers=3"] }),
    test("Browser tests", ["browser"]),
    // A runtime runs one file after another and waits for its stores. Two of them end long before one would.
    test("Workers-runtime tests", ["workers"], { flags: ["--maxWorkers=2"], niceness: 5 }),
    // Two processes, for the time when a processor is left.
    test("Unit and deploy tests", ["pure", "deploy"], {
      flags: ["--maxWorkers=2"],
      isShownAtOnce: true,
      niceness: 15,
    }),
  ]);
}

async function checkSources(): Promise<void> {
  await run("Lint", [inModules("@biomejs/biome/bin/biome"), "check", "."], { niceness: 15 });
  // Each checker works out the types that it shares with others again; two projects at a time use two cores.
  await run("Types", [inModules("typescript/bin/tsc"), "-b", "--checkers", "1", "--builders", "2"], {
    niceness: 15,
  });
}

process.env.NODE_COMPILE_CACHE ??= COMPILED_DIR;
endStepsOnSignals();
ensureChromium((line) => console.log(line));
// Here, because all steps need the kernels and none may compile them beside another.
await buildWasm();
await Promise.all([testWhatIsBuilt(), checkSources()]);
rmSync(reports, { recursive: true, force: true });
console.log(`\n${stepTable(steps, (performance.now() - startedAt) / 1000)}`);
const sum = (name: "numPassedTests" | "numFailedTests" | "numPendingTests") =>
  reported.reduce((total, report) => total + report[name], 0);
console.log(
  `\n${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed, ${sum("numPendingTests")} skipped`,
);
