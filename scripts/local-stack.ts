import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWasm } from "./build-wasm.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const DEFAULT_PORT = 8787;
export const DEFAULT_STATE_DIR = join(ROOT, ".edgewise");

const CONFIGS = ["wrangler.toml", "workers/recommend/wrangler.toml", "workers/trainer/wrangler.toml"];
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const CRON_INTERVAL_MS = 60_000;

/** A problem that the person at the keyboard can solve; its message is all that is printed. */
export class StackError extends Error {}

export interface StackOptions {
  readonly port: number;
  /** Holds D1, R2, KV, Durable Objects and the secret of this stack; another directory is another stack. */
  readonly stateDir: string;
  /** Settings for the Workers in addition to those of the environment, e.g. EDGEWISE_SLICE_MS. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Progress for people; one short line each. */
  readonly say: (line: string) => void;
  /** Receives what the Workers print. */
  readonly log: (text: string) => void;
}

export interface Stack {
  readonly url: string;
  /** The `wrangler dev` process, leader of its own group: killing the group kills the whole stack. */
  readonly pid: number;
  /** Resolves with the exit code when the stack ends, however it ends. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/** Builds what is out of date, migrates the database, starts the three Workers and waits until they answer. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true });
  await endOrphan(stateDir, options);
  await assertPortFree(options.port);
  await build(options.say);
  const settings = settingsOf(stateDir, options.settings ?? {});
  const environment = environmentOf(stateDir, settings);
  migrate(stateDir, environment);
  const child = launch(options, stateDir, settings, environment);
  const stack = stackOf(child, options.port, stateDir);
  const release = endWithUs(stack.pid);
  try {
    await waitUntilReady(stack, child);
  } catch (error) {
    await stack.stop();
    throw error;
  } finally {
    release();
  }
  // Local crons do not fire automatically, and the first one after a restart picks up unfinished jobs.
  const tick = () => void fetch(`${stack.url}/cdn-cgi/handler/scheduled`).catch(() => undefined);
  tick();
  const cron = setInterval(tick, CRON_INTERVAL_MS);
  void stack.ended.then(() => clearInterval(cron));
  return stack;
}

/** Until the caller has the stack and ends it by itself, a signal to us ends the stack, too. Returns what undoes this. */
function endWithUs(pid: number): () => void {
  const end = () => {
    signalGroup(pid, "SIGKILL");
    process.exit(130);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/** Whether something answers as Edgewise at this address. */
export async function isEdgewise(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/ping/`, { signal: AbortSignal.timeout(2_000) });
    return response.ok && ((await response.json()) as { success?: boolean }).success === true;
  } catch {
    return false;
  }
}

/** Throws `StackError` when something listens on the port. */
export async function assertPortFree(port: number): Promise<void> {
  if (!(await isPortTaken(port))) return;
  throw new StackError(
    `Port ${port} is taken: another stack may be running. ` +
      `Use it, end it, or start another beside it: npm start -- --port ${port + 1} --state DIR`,
  );
}

/** Resolves once nothing listens on the port: killed processes hold it for a moment. */
export async function waitUntilPortFree(port: number): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (Date.now() < deadline && (await isPortTaken(port))) await pause();
}

function isPortTaken(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      answer(true);
    });
    socket.once("error", () => answer(false));
  });
}

function pause(): Promise<void> {
  return new Promise((wake) => setTimeout(wake, 100));
}

async function build(say: (line: string) => void): Promise<void> {
  await buildWasm();
  const { buildWeb } = await import("./build-web.ts");
  buildWeb(say);
}

/** Wrangler's settings: no telemetry, no request to any address that is not this machine, its own registry of Workers. */
function environmentOf(stateDir: string, settings: Settings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...settings,
    CI: "1",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    FORCE_COLOR: "0",
    // The record of every call that its explorer shows takes a third of the time of a tuning job.
    X_LOCAL_OBSERVABILITY: "false",
    // Wrangler makes much garbage at its start; a small nursery keeps 100 MB from staying.
    NODE_OPTIONS: "--max-semi-space-size=2",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: join(stateDir, "logs"),
    WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_SEND_METRICS: "false",
  };
}

function wranglerBin(): string {
  return join(ROOT, "node_modules/wrangler/bin/wrangler.js");
}

function migrate(stateDir: string, env: NodeJS.ProcessEnv): void {
  const args = [wranglerBin(), "d1", "migrations", "apply", "edgewise", "--local", "--persist-to", stateDir];
  const result = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
  if (result.status !== 0) {
    throw new StackError(`The database could not be migrated.\n${result.stdout}${result.stderr}`);
  }
}

/**
 * The first Worker takes its settings from an env file; Wrangler gives the others what their configuration names as secrets and
 * vars, out of its own environment. So both hold the same.
 */
function launch(
  options: StackOptions,
  stateDir: string,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): ChildProcess {
  const settingsFile = join(stateDir, "settings.env");
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  writeFileSync(settingsFile, lines.join(""), { mode: 0o600 });
  const args = [
    wranglerBin(),
    "dev",
    ...CONFIGS.flatMap((config) => ["-c", config]),
    ...["--port", String(options.port), "--ip", "127.0.0.1", "--inspector-port", "0"],
    ...["--persist-to", stateDir, "--env-file", settingsFile, "--show-interactive-dev-session=false"],
  ];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => options.log(text));
  }
  writeFileSync(pidFile(stateDir), `${process.pid} ${child.pid}\n`);
  return child;
}

type Settings = Readonly<Record<string, string>>;

/** The local secret, made once per state directory, every EDGEWISE_… variable of the environment, and what the caller adds. */
function settingsOf(stateDir: string, extra: Settings): Settings {
  const secretFile = join(stateDir, "secret");
  if (!existsSync(secretFile))
    writeFileSync(secretFile, randomBytes(48).toString("base64url"), { mode: 0o600 });
  const given = Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith("EDGEWISE_") && value !== undefined ? [[name, value]] : [],
  );
  return {
    EDGEWISE_SECRET: readFileSync(secretFile, "utf8").trim(),
    EDGEWISE_PREVIOUS_SECRETS: "",
    EDGEWISE_ENVIRONMENT: "local",
    ...Object.fromEntries(given),
    ...extra,
  };
}

function stackOf(child: ChildProcess, port: number, stateDir: string): Stack {
  const pid = child.pid ?? 0;
  const ended = new Promise<number>((done) => {
    child.once("exit", (code) => {
      rmSync(pidFile(stateDir), { force: true });
      done(code ?? 1);
    });
  });
  return {
    url: `http://localhost:${port}`,
    pid,
    ended,
    async stop() {
      signalGroup(pid, "SIGTERM");
      const forced = setTimeout(() => signalGroup(pid, "SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(forced);
      // Workers' own processes may outlive their parent for a moment.
      signalGroup(pid, "SIGKILL");
      await waitUntilPortFree(port);
    },
  };
}

async function waitUntilReady(stack: Stack, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null)
      throw new StackError(`The stack ended with status ${child.exitCode} at its start.`);
    if (await isEdgewise(stack.url)) return;
    await pause();
  }
  throw new StackError(`The stack did not answer within ${READY_TIMEOUT_MS / 1000} s.`);
}

function pidFile(stateDir: string): string {
  return join(stateDir, "processes");
}

/**
 * Two stacks on one state directory would damage it. One that still has its keeper is left alone and named; one whose keeper
 * was killed (it would go on by itself) is ended first.
 */
async function endOrphan(stateDir: string, { port, say }: StackOptions): Promise<void> {
  if (!existsSync(pidFile(stateDir))) return;
  const [keeper = 0, wrangler = 0] = readFileSync(pidFile(stateDir), "utf8").trim().split(" ").map(Number);
  if (isAlive(keeper)) {
    await assertPortFree(port);
    throw new StackError(
      `A stack is already running on this state directory (process ${keeper}). ` +
        "Use it, end it, or give another directory: npm start -- --port N --state DIR",
    );
  }
  if (isAlive(wrangler)) {
    say("Ending what a killed stack left running …");
    signalGroup(wrangler, "SIGKILL");
    await waitUntilPortFree(port);
  }
  rmSync(pidFile(stateDir), { force: true });
}

function isAlive(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group has ended already, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
