import { statfsSync } from "node:fs";
import { watchParent } from "./lifeline.ts";
import { startLoopback } from "./loopback.ts";
import { type ComputeSettings, openCompute } from "./open-compute.ts";
import { ask, openStack, portProblemOf, startRuntime } from "./runtime.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import { type RuntimePrograms, watchRuntime } from "./runtime-watch.ts";
import { StackError } from "./stack-error.ts";
import { openStateFolder } from "./state-folder.ts";

export interface KeeperOptions {
  readonly port: number;
  readonly stateDir: string;
  readonly config: RuntimeConfig;
  /** The runtime's name of the socket that takes the port. */
  readonly frontSocket: string;
  readonly runtime: RuntimePrograms;
  /** Of the sockets that the runtime listens on; the first has the port of the stack. */
  readonly entrypoints: readonly string[];
  /** Absent where jobs run in the process of all Workers. */
  readonly compute?: ComputeSettings;
  /** For one that a person started. */
  readonly terminal?: {
    /** The process that the stack ends with. */
    readonly parent: number;
    /** Printed when the stack answers. */
    readonly welcome: string;
    /** Whether all that the Workers print is shown, or warnings and errors alone. */
    readonly isVerbose: boolean;
  };
}

/** What the keeper tells the process that started it. */
export type KeeperMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly message: string };

const CRON_INTERVAL_MS = 60_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const MIN_FREE_BYTES = 2 ** 20;
const DISK_FULL = "\nThe disk of the state folder is full.";
/** The exit code of a stack that was told to end before it was ready. */
const INTERRUPTED = 130;

const options = JSON.parse(process.argv[2] ?? "{}") as KeeperOptions;
const { port, terminal } = options;
const ending = new AbortController();
const end = () => ending.abort();
let isReady = false;

for (const signal of SIGNALS) process.on(signal, end);
if (terminal) watchParent(terminal.parent, end);
else process.once("disconnect", end);
try {
  await keep();
} catch (error) {
  if (ending.signal.aborted) process.exitCode ??= isReady ? 0 : INTERRUPTED;
  else if (error instanceof StackError) fail(`${error.message}${isDiskFull() ? DISK_FULL : ""}`);
  else throw error;
}
if (process.connected) process.disconnect();

/** Starts the runtime, again if it ends by itself, until the stack is told to end. */
async function keep(): Promise<void> {
  const state = await openStateFolder(options.stateDir);
  const watch = watchRuntime(options.runtime, state.runtimeFile);
  const { config, entrypoints, compute: settings, runtime: programs } = options;
  const common = { log, unused: `${state.dir}/unused`, ending: ending.signal };
  const loopback = await startLoopback(log);
  const compute = settings && (await openCompute(settings, { ...common, state, programs, loopback, say }));
  const externals = { loopback, ...compute?.externals };
  const sockets = { [options.frontSocket]: `127.0.0.1:${port}` };
  const start = async () => {
    const started = await startRuntime(
      { ...common, config, entrypoints, externals, watch, sockets, resources: state.resources },
      () => openStack(port),
      (printed) => portProblemOf(printed, port),
    );
    compute?.lendStores(started.ports);
    return started;
  };
  try {
    let runtime = await start();
    sayReady();
    // The first one after a restart picks up unfinished jobs.
    fireCrons();
    setInterval(fireCrons, CRON_INTERVAL_MS).unref();
    for (;;) {
      await runtime.ended;
      if (ending.signal.aborted) return;
      process.stderr.write("The Workers runtime ended. It is started again.\n");
      // What the compute processes work on is lost with it.
      compute?.end();
      runtime = await start();
    }
  } finally {
    // Jobs did not run: a supervisor must not take that for a good end.
    if (compute?.problem) process.exitCode = 1;
    compute?.end();
    watch.end();
  }
}

function fireCrons(): void {
  ask(port, "/cdn-cgi/handler/scheduled").then(
    ({ status, body }) => status === 200 || log(`error: crons: ${body}\n`),
    (error: Error) => ending.signal.aborted || log(`error: crons: ${error.message}\n`),
  );
}

function sayReady(): void {
  isReady = true;
  if (terminal) console.log(terminal.welcome);
  else process.send?.({ kind: "ready" } satisfies KeeperMessage);
}

/** A full disk shows itself as an internal error of the runtime. */
function isDiskFull(): boolean {
  const { bavail, bsize } = statfsSync(options.stateDir);
  return bavail * bsize < MIN_FREE_BYTES;
}

function fail(message: string): void {
  process.exitCode = 1;
  if (terminal) process.stderr.write(`${message}\n`);
  else process.send?.({ kind: "failed", message } satisfies KeeperMessage);
}

/** On the terminal, or else to the process that started the stack. */
function say(text: string): void {
  (terminal ? process.stderr : process.stdout).write(text);
}

function log(text: string): void {
  if (!terminal) process.stdout.write(text);
  else if (terminal.isVerbose || isTrouble(text)) process.stderr.write(text);
}

/** Whether a message of the Workers tells of trouble. */
function isTrouble(text: string): boolean {
  return /error|"level":"(warn|error)"/i.test(text);
}
