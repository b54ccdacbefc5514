import type { RunningStack, RunOptions } from "./run-stack.ts";
import { runStack, SIGNALS } from "./run-stack.ts";

/** A stack that was told to end before it was ready. */
const INTERRUPTED = 130;

export interface Keeping {
  /** Called when the stack answers. */
  readonly onReady: (stack: RunningStack) => void;
  /** Is told how to end the stack from elsewhere. */
  readonly listen: (end: () => void) => void;
}

/** Runs a stack until a signal or a listener ends it, and returns the exit code of this process. A second signal does not wait. */
export async function keepStack(options: RunOptions, { onReady, listen }: Keeping): Promise<number> {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(INTERRUPTED);
      end();
    });
  }
  listen(end);
  try {
    const stack = await runStack(options, ending.signal);
    onReady(stack);
    await new Promise<void>((ended) => {
      if (ending.signal.aborted) ended();
      ending.signal.addEventListener("abort", () => ended());
    });
    await stack.stop();
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return INTERRUPTED;
    throw error;
  }
}
