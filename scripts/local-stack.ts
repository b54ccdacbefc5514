import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./build/root.ts";
import { defaultJobs } from "./stack/jobs.ts";
import type { KeeperMessage } from "./stack/keeper.ts";
import { waitUntilPortFree } from "./stack/ports.ts";
import { prepareStack } from "./stack/prepare-stack.ts";
import { StackError } from "./stack/stack-error.ts";

export const DEFAULT_PORT = 8787;
export const DEFAULT_STATE_DIR = join(ROOT, ".edgewise");

const STOP_TIMEOUT_MS = 10_000;

export interface StackOptions {
  readonly port: number;
  /** Holds D1, R2, KV, Durable Objects and the secret of this stack; another directory is another stack. */
  readonly stateDir: string;
  /** Settings for the Workers in addition to those of the environment, e.g. EDGEWISE_SLICE_MS. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Messages of jobs that are worked on at once, each in a process of its own; with 0, one after the other in the process of all Workers. */
  readonly jobs?: number;
  /** For tests: whether serving can be cut off from R2 and Durable Objects, by `PUT` and `DELETE` of `/cdn-cgi/edgewise/cut`. */
  readonly isCuttable?: boolean;
  /** See `StackRequest`. */
  readonly measuresMessages?: boolean;
  /** See `prepareStack`. */
  readonly sharesConfig?: boolean;
  /** Progress for people; one short line each. */
  readonly say: (line: string) => void;
  /** Receives what the Workers print. */
  readonly log: (text: string) => void;
}

export interface Stack {
  readonly url: string;
  /** The stack's process, leader of its own group: killing the group kills the whole stack. */
  readonly pid: number;
  /** Resolves with the exit code when the stack ends, however it ends. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts a stack in a process of its own and waits until it answers. It ends with the process that started it, however that ends. Throws
 * `StackError` when it cannot start.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { port, settings = {}, jobs = defaultJobs() } = options;
  const { keeper, options: prepared } = await prepareStack({ ...options, settings, jobs }, options.say);
  const child = spawn(process.execPath, [keeper, JSON.stringify(prepared)], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => options.log(text));
  }
  const stack = stackOf(child, port);
  await untilReady(child);
  return stack;
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

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((ready, failed) => {
    let problem: string | null = null;
    child.on("message", (message: KeeperMessage) => {
      if (message.kind === "ready") ready();
      if (message.kind === "failed") problem = message.message;
    });
    child.once("error", failed);
    child.once("close", (status) => {
      failed(new StackError(problem ?? `The stack ended with status ${status} at its start.`));
    });
  });
}

function stackOf(child: ChildProcess, port: number): Stack {
  const pid = child.pid ?? 0;
  const ended = new Promise<number>((done) => {
    child.once("exit", (code) => done(code ?? 1));
  });
  return {
    url: `http://localhost:${port}`,
    pid,
    ended,
    async stop() {
      child.kill("SIGTERM");
      const forced = setTimeout(() => signalGroup(pid, "SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(forced);
      await waitUntilPortFree(port);
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group has ended already, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
