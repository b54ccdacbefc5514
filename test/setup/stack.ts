import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, type StackOptions, startStack } from "#scripts/local-stack.ts";
import { waitUntilPortFree } from "#scripts/stack/ports.ts";

export interface TestStack extends Stack {
  readonly stateDir: string;
  readonly port: number;
  /** The output of the Workers so far. */
  printed(): string;
  /** Kills the stack at once, like a power failure. */
  kill(): Promise<void>;
}

/** Starts a separate stack: a free port, and a new state directory unless one is given to continue with. */
export async function startTestStack(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "edgewise-test-"));
  const port = options.port ?? (await freePort());
  const printed: string[] = [];
  const stack = await startStack({
    settings: {},
    say: () => undefined,
    log: (text) => printed.push(text),
    ...options,
    port,
    stateDir,
  });
  return {
    ...stack,
    stateDir,
    port,
    printed: () => printed.join(""),
    async kill() {
      process.kill(-stack.pid, "SIGKILL");
      await stack.ended;
      await waitUntilPortFree(port);
    },
  };
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
