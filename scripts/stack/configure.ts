/**
 * `node scripts/stack/configure.ts`: makes the runtime's configuration with Miniflare and keeps it in a file. What it does comes as
 * JSON by its input. It is a program of its own, because a stack would keep Miniflare's 150 MB for as long as it runs. A start that
 * finds its configuration need not wait for it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare, type MiniflareOptions } from "miniflare";
import { PROGRAMS_DIR } from "./built-stack.ts";
import { computeOptions, miniflareOptions, type StackParts } from "./miniflare-options.ts";
import { StackError } from "./stack-error.ts";

export interface ConfigureRequest extends StackParts {
  /** Of the stack's own process. */
  readonly main: Made;
  /** Of its compute processes; null where it has none. */
  readonly compute: Made | null;
}

export interface Made {
  /** Gets the configuration. */
  readonly file: string;
  /** A new folder, which gets an empty folder for each kind of store. */
  readonly resources: string;
}

/**
 * V8 collects all garbage of a Worker when its old objects reach a limit: at first hundreds of megabytes, later some times what survived.
 * Each request leaves objects of the runtime, with memory that V8 does not count, and only such a collection frees them. So the first
 * comes at 8 MB, and young objects get 2. Measured, this takes no more processor time; 4 MB and 1 take a tenth more.
 */
const V8_FLAGS = ["--initial-old-space-size=8", "--max-semi-space-size=2"];

const { main, compute, ...parts } = JSON.parse(readFileSync(0, "utf8")) as ConfigureRequest;
// The stack that asked for it is gone.
process.on("disconnect", () => process.exit(1));
try {
  await configure(miniflareOptions(parts, main.resources), main.file);
  if (compute) await configure(computeOptions(parts, compute.resources), compute.file);
  process.exit(0);
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/**
 * Miniflare hands its configuration to a runtime alone. We name Node as the runtime, which takes the first argument, `serve`, for a program
 * in its folder.
 */
async function configure(options: MiniflareOptions, file: string): Promise<void> {
  Object.assign(process.env, {
    MINIFLARE_WORKERD_PATH: process.execPath,
    MINIFLARE_WORKERD_V8_FLAGS: V8_FLAGS.join(" "),
    STACK_CONFIG: file,
  });
  process.chdir(join(parts.dir, PROGRAMS_DIR, "stack/take-config"));
  const miniflare = new Miniflare(options);
  // It never gets ready, for no runtime answers. When the file is not there, the error ends with what `serve` printed.
  await miniflare.ready.catch((error: Error) => {
    if (!existsSync(file)) throw new StackError(error.message.split("Runtime stderr:\n").at(-1) ?? "");
  });
}
