/** Runs the three Workers in one runtime, for as long as this process lives. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import type { Miniflare as MiniflareInstance } from "miniflare";
import { ROOT } from "../root.ts";
import { StackError } from "../stack-error.ts";
import {
  areWorkersBuilt,
  dashboardHash,
  isDashboardBuilt,
  readPlan,
  type StackPlan,
  workersDir,
} from "./built-stack.ts";
import { migrate } from "./migrate.ts";
import { assertPortFree } from "./ports.ts";
import { watchRuntime } from "./runtime-watch.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { openStateFolder, type StateFolder } from "./state-folder.ts";

const CRON_INTERVAL_MS = 60_000;
/** Signals that end a stack. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface RunOptions {
  readonly port: number;
  readonly stateDir: string;
  /** Settings for the Workers in addition to those of the environment, e.g. EDGEWISE_SLICE_MS. */
  readonly settings: Settings;
  /** Progress for people; one short line each. */
  readonly say: (line: string) => void;
  /** Receives what the Workers print. */
  readonly log: (text: string) => void;
}

export interface RunningStack {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Builds what is out of date, starts the Workers, migrates the database, and returns when the stack answers.
 *
 * @param ending Ends the start, at whatever point it is.
 * @throws StackError with a sentence for the person at the keyboard.
 */
export async function runStack(options: RunOptions, ending: AbortSignal): Promise<RunningStack> {
  const state = await openStateFolder(options.stateDir);
  await assertPortFree(options.port);
  ending.throwIfAborted();
  await buildWhatIsOld(options.say, ending);
  const stop = watchRuntime(state.runtimeFile);
  const runtime = await startRuntime(options, state).catch((error: unknown) => {
    stop();
    throw error;
  });
  const stack = {
    url: `http://localhost:${options.port}`,
    async stop() {
      clearInterval(runtime.crons);
      await runtime.dispose();
      stop();
    },
  };
  if (ending.aborted) await stack.stop();
  ending.throwIfAborted();
  return stack;
}

async function startRuntime(options: RunOptions, state: StateFolder) {
  const dir = workersDir();
  const plan = readPlan(dir);
  // Only now: a build and an error before it need not wait for half a second of loading.
  const { Miniflare } = await import("miniflare");
  const { miniflareOptions } = await import("./miniflare-options.ts");
  const fireCrons = async (): Promise<string> => {
    const response = await miniflare.dispatchFetch("http://localhost/cdn-cgi/local/scheduled");
    return response.text();
  };
  const parts = {
    plan,
    dir,
    settings: settingsOf(state.secret, options.settings),
    port: options.port,
    resources: state.resources,
    opened: () => migrated,
    fireCrons,
    log: options.log,
  };
  const miniflare: MiniflareInstance = withOwnSignals(() => new Miniflare(miniflareOptions(parts)));
  const migrated = miniflare.ready.then(async () =>
    migrate(await databaseOf(miniflare, plan), plan.migrations),
  );
  try {
    await migrated;
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
  // The first one after a restart picks up unfinished jobs.
  const tick = () => void fireCrons().catch((error: Error) => options.log(`crons: ${error.message}\n`));
  tick();
  return { crons: setInterval(tick, CRON_INTERVAL_MS), dispose: () => miniflare.dispose() };
}

/** Miniflare would end this process at a signal by itself, before the stack is stopped in order; this takes its handlers away. */
function withOwnSignals<Made>(make: () => Made): Made {
  const own = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  const made = make();
  for (const [at, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!own[at]?.has(listener)) process.off(signal, listener);
    }
  }
  return made;
}

async function databaseOf(
  miniflare: { getD1Database(binding: string, worker: string): Promise<unknown> },
  { workers }: StackPlan,
): Promise<D1Database> {
  for (const { name, options } of workers) {
    const [binding] = Object.keys(options.d1Databases ?? {});
    if (binding) return (await miniflare.getD1Database(binding, name)) as D1Database;
  }
  throw new StackError("No Worker's configuration names a D1 database.");
}

async function buildWhatIsOld(say: (line: string) => void, ending: AbortSignal): Promise<void> {
  if (areWorkersBuilt(workersDir()) && isDashboardBuilt(dashboardHash())) return;
  const child = spawn(process.execPath, [join(ROOT, "scripts/stack/build.ts")], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n").filter(Boolean)) say(line);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  // The build ends itself, with its compilers, when we let go of it.
  const end = () => child.disconnect();
  ending.addEventListener("abort", end, { once: true });
  const status = await new Promise<number | null>((done) => child.once("close", done));
  ending.removeEventListener("abort", end);
  ending.throwIfAborted();
  if (status !== 0) throw new StackError(errors.trim() || "The build was ended.");
}
