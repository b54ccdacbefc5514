/**
 * `node scripts/stack/build.ts`: builds what a local stack runs and what is not built yet: kernels, Workers, dashboard. A program of its own,
 * so that the stack does not keep the compilers' memory. Builds never overlap; the second finds the work of the first.
 */
import { type ChildProcess, spawn } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { buildWasm } from "../build/build-wasm.ts";
import { COMPILED_DIR, ROOT } from "../build/root.ts";
import {
  areWorkersBuilt,
  BUILD_DIR,
  CONFIGS,
  DASHBOARD_DIR,
  DASHBOARD_STAMP,
  type DashboardStamp,
  dashboardHash,
  isDashboardBuilt,
  LIST_FILE,
  workersDir,
} from "./built-stack.ts";
import { bundle } from "./bundle.ts";
import { listFiles } from "./file-list.ts";
import { takeLock } from "./take-lock.ts";

const LOCK_WAIT_MS = 300_000;
const MOST_ROUNDS = 3;
/** A bundle that is not this one: another branch may be back soon, and a running stack has read its own already. */
const BUNDLES_KEPT = 3;

/** What a caller needs. */
interface Parts {
  readonly workers: boolean;
  readonly dashboard: boolean;
}

const ALL_PARTS: Parts = { workers: true, dashboard: true };

/** Builds what is missing, again when the sources change meanwhile. Throws with what the compilers printed. */
export async function build(say: (line: string) => void, parts: Parts = ALL_PARTS): Promise<void> {
  const letGo = prepareFolders();
  try {
    await buildInRounds(say, parts);
  } finally {
    letGo();
  }
}

async function buildInRounds(say: (line: string) => void, parts: Parts): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const workers = workersDir();
    const dashboard = dashboardHash();
    const isOld = {
      workers: parts.workers && !areWorkersBuilt(workers),
      dashboard: parts.dashboard && !isDashboardBuilt(dashboard),
    };
    if (!isOld.workers && !isOld.dashboard) return;
    if (isOld.workers) say("Building the Workers …");
    if (isOld.dashboard) say("Building the dashboard …");
    await Promise.all([isOld.workers && buildWorkers(workers), isOld.dashboard && buildDashboard(dashboard)]);
  }
  throw new Error("The sources change while they are built. Start again when they are saved.");
}

/** Waits until no other build works in them. Returns what lets the next build in. */
function prepareFolders(): () => void {
  try {
    mkdirSync(BUILD_DIR, { recursive: true });
    // The first configuration names the folder, which the dashboard's build may not have made yet.
    mkdirSync(DASHBOARD_DIR, { recursive: true });
    for (const dir of [BUILD_DIR, dirname(DASHBOARD_DIR)]) accessSync(dir, constants.W_OK);
    const letGo = takeLock(join(BUILD_DIR, "lock"), LOCK_WAIT_MS);
    if (!letGo) throw new Error("Another build does not end.");
    return letGo;
  } catch (error) {
    throw new Error(
      `The build needs to write into ${BUILD_DIR} and ${DASHBOARD_DIR}. ${(error as Error).message}`,
    );
  }
}

async function buildWorkers(target: string): Promise<void> {
  const dir = mkdtempSync(join(BUILD_DIR, "unfinished-"));
  try {
    const plan = [join(import.meta.dirname, "write-plan.ts"), dir];
    await Promise.all([
      run("The Workers' configurations could not be read.", plan),
      buildWasm().then(() => bundleAll(dir)),
    ]);
    // Of some sources it has what they are now: it may not bear the old name.
    if (workersDir() !== target) return;
    writeFileSync(join(dir, LIST_FILE), JSON.stringify(listFiles(dir)));
    rmSync(target, { recursive: true, force: true });
    renameSync(dir, target);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  removeOldBundles(target);
}

async function bundleAll(dir: string): Promise<void> {
  const bundles = CONFIGS.map((config) =>
    bundle(config, join(dir, dirname(config))).catch((error: Error) => {
      throw new Error(`${config}: the Worker could not be bundled.\n${error.message}`);
    }),
  );
  await Promise.all(bundles);
}

async function buildDashboard(hash: string): Promise<void> {
  const dir = mkdtempSync(join(BUILD_DIR, "unfinished-"));
  try {
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const args = [vite, "build", "--config", "web/vite.config.ts", "--logLevel", "warn", "--outDir", dir];
    await run("The dashboard could not be built.", args);
    if (dashboardHash() !== hash) return;
    rmSync(DASHBOARD_DIR, { recursive: true, force: true });
    renameSync(dir, DASHBOARD_DIR);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  const stamp: DashboardStamp = { hash, files: listFiles(DASHBOARD_DIR) };
  writeFileSync(DASHBOARD_STAMP, JSON.stringify(stamp));
}

function removeOldBundles(current: string): void {
  const names = readdirSync(BUILD_DIR).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const others = names.map((name) => join(BUILD_DIR, name)).filter((dir) => dir !== current);
  for (const dir of others.slice(0, -BUNDLES_KEPT)) rmSync(dir, { recursive: true, force: true });
}

function run(problem: string, args: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    const env = {
      ...process.env,
      CI: "1",
      FORCE_COLOR: "0",
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_SEND_METRICS: "false",
      NODE_COMPILE_CACHE: COMPILED_DIR,
    };
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      cwd: ROOT,
      env,
    });
    const printed = collect(child);
    child.once("error", failed);
    child.once("close", (status) => {
      if (status === 0) done();
      else failed(new Error(`${problem}\n${printed()}`));
    });
  });
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  return () => text;
}

if (import.meta.main) {
  // The process that asked for this build is gone, so nobody needs it. We lead a process group with all compilers in it.
  process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
  try {
    await build((line) => console.log(line));
    process.disconnect?.();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
