/** The process that `startStack` starts: runs a stack until the process that asked for it lets go. Its options come as JSON. */
import { StackError } from "../stack-error.ts";
import { keepStack } from "./keep-stack.ts";
import type { RunOptions } from "./run-stack.ts";

/** What the host tells the process that started it. */
export type HostMessage =
  | { readonly kind: "said"; readonly line: string }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly message: string };

const { port, stateDir, settings } = JSON.parse(process.argv[2] ?? "{}") as RunOptions;
const tell = (message: HostMessage) => process.send?.(message);

try {
  const options: RunOptions = {
    port,
    stateDir,
    settings,
    say: (line) => tell({ kind: "said", line }),
    log: (text) => process.stdout.write(text),
  };
  const code = await keepStack(options, {
    onReady: () => tell({ kind: "ready" }),
    listen: (end) => process.once("disconnect", end),
  });
  process.exit(code);
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  tell({ kind: "failed", message: error.message });
  process.exitCode = 1;
  process.disconnect?.();
}
