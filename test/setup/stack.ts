import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, type StackOptions, startStack } from "#scripts/local-stack.ts";
import { waitUntilPortFree } from "#scripts/stack/ports.ts";
import { StackError } from "#scripts/stack/stack-error.ts";

export interface TestStack extends Stack {
  readonly stateDir: string;
  readonly port: number;
  /** The output of the Workers so far. */
  printed(): string;
  /** Kills the stack at once, like a power failure. */
  kill(): Promise<void>;
  /** Cuts serving off from R2 and Durable Objects. The stack must be `isCuttable`. */
  cut(): Promise<void>;
  /** Ends `cut`. */
  join(): Promise<void>;
}

/** Other ports that are tried where a program takes a free one before the stack has it, as any outgoing connection may. */
const OTHER_PORTS = 3;

/** All stacks of the tests have it unless a test names another, so they share the runtime's configurations, which hold it. */
const SECRET = "the secret of all stacks that tests start";

/**
 * Starts a separate stack: a free port, a compute process at most, and a new state directory unless one is given to continue with. Suites
 * that test no faults of jobs say `jobs: 0`, which spares them the starts of that process.
 */
export async function startTestStack(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "edgewise-test-"));
  const printed: string[] = [];
  const start = async (port: number, otherPorts: number): Promise<{ port: number; stack: Stack }> => {
    try {
      const settings = { EDGEWISE_SECRET: SECRET, ...options.settings };
      const given = {
        sharesConfig: true,
        jobs: 1,
        say: () => undefined,
        log: (text: string) => printed.push(text),
      };
      return { port, stack: await startStack({ ...given, ...options, settings, port, stateDir }) };
    } catch (error) {
      if (otherPorts === 0 || !isPortTaken(error, port)) throw error;
      return start(await freePort(), otherPorts - 1);
    }
  };
  const { port, stack } =
    options.port === undefined ? await start(await freePort(), OTHER_PORTS) : await start(options.port, 0);
  const setCut = async (method: string, expected: string) => {
    const response = await fetch(`${stack.url}/cdn-cgi/edgewise/cut`, { method });
    const answer = await response.text();
    if (answer !== expected) throw new Error(`The stack cannot be cut off: ${response.status}`);
  };
  return {
    ...stack,
    stateDir,
    port,
    cut: () => setCut("PUT", "cut"),
    join: () => setCut("DELETE", "joined"),
    printed: () => printed.join(""),
    async kill() {
      process.kill(-stack.pid, "SIGKILL");
      await stack.ended;
      await waitUntilPortFree(port);
    },
  };
}

function isPortTaken(error: unknown, port: number): boolean {
  return error instanceof StackError && error.message.startsWith(`Port ${port} is taken`);
}

export function removeState(stateDir: string): void {
  rmSync(stateDir, { recursive: true, force: true });
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => found(port));
    });
  });
}
