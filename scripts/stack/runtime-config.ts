/** The configuration of the Workers runtime, kept in a folder until something it depends on changes. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMPILED_DIR } from "../build/root.ts";
import type { ConfigureRequest, Made } from "./configure.ts";
import type { StackParts } from "./miniflare-options.ts";
import { readJson } from "./read-json.ts";
import { StackError } from "./stack-error.ts";

export interface RuntimeConfig {
  /** Cap'n Proto, as the runtime reads it. It holds the secrets. Addresses and the stores' places come as arguments. */
  readonly file: string;
  /** Folders of the stores, below the folder of a stack's resources. Each is the runtime's disk service `NAME:storage`. */
  readonly stores: readonly string[];
}

/** Of all runtimes of a stack. */
export interface StackConfig {
  readonly main: RuntimeConfig;
  /** Null where the stack has no compute processes. */
  readonly compute: RuntimeConfig | null;
}

/**
 * The configurations for these parts; made if they are not there.
 *
 * @param folder Where configurations are kept. Stacks may share it: a configuration appears whole or not at all.
 * @param isShared Otherwise one configuration stays, the latest.
 * @param dashboard Names the dashboard's files: the configuration lists them.
 */
export async function runtimeConfig(
  { folder, isShared }: { readonly folder: string; readonly isShared: boolean },
  parts: StackParts,
  dashboard: string,
): Promise<StackConfig> {
  const key = createHash("sha256")
    .update(JSON.stringify([parts, dashboard]))
    .digest("hex")
    .slice(0, 16);
  const file = (name: string) => join(folder, `${key}${name}`);
  const made = readJson<Note>(file(NOTE));
  const runtimes = runtimesOf(parts);
  const isWhole = made !== null && runtimes.every((name, at) => sizeOf(file(name)) === made.bytes[at]);
  const { stores } = isWhole ? made : await make({ folder, isShared }, parts, file);
  const [main = [], compute = null] = stores;
  return {
    main: { file: file(MAIN), stores: main },
    compute: compute && { file: file(COMPUTE), stores: compute },
  };
}

/** Ends of the names of a configuration's files. */
const MAIN = ".bin";
const COMPUTE = "-compute.bin";
const NOTE = ".json";

/** Names of the runtimes that a stack has. */
function runtimesOf({ hasCompute }: StackParts): readonly string[] {
  return hasCompute ? [MAIN, COMPUTE] : [MAIN];
}

/** What is known of a configuration that was made. */
interface Note {
  /** Of the file of each runtime, in the order of `runtimesOf`; so are the stores. */
  readonly bytes: readonly (number | undefined)[];
  readonly stores: readonly (readonly string[])[];
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

/** Makes it in a folder of its own, and moves the whole files to their places, the note last. */
async function make(
  { folder, isShared }: { readonly folder: string; readonly isShared: boolean },
  parts: StackParts,
  placeOf: (name: string) => string,
): Promise<Note> {
  let work: string | null = null;
  try {
    if (!isShared) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    work = mkdtempSync(join(folder, "unfinished-"));
    const main = madeIn(work, MAIN);
    const compute = parts.hasCompute ? madeIn(work, COMPUTE) : null;
    await configure({ ...parts, main, compute });
    const made = compute ? [main, compute] : [main];
    const note: Note = {
      bytes: made.map(({ file }) => sizeOf(file)),
      stores: made.map(({ resources }) => readdirSync(resources)),
    };
    writeFileSync(join(work, NOTE), JSON.stringify(note));
    for (const name of [...runtimesOf(parts), NOTE]) renameSync(join(work, name), placeOf(name));
    return note;
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw new StackError(`The runtime could not be configured. ${(error as Error).message}`);
  } finally {
    if (work !== null) rmSync(work, { recursive: true, force: true });
  }
}

function madeIn(folder: string, name: string): Made {
  return { file: join(folder, name), resources: join(folder, `stores${name}`) };
}

/** Runs `configure.ts`, which ends with us. */
async function configure(request: ConfigureRequest): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "configure.ts")], {
    stdio: ["pipe", "inherit", "pipe", "ipc"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED_DIR },
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.stdin?.end(JSON.stringify(request));
  const status = await new Promise<number | null>((done) => child.once("close", done));
  if (status !== 0) throw new StackError(`The runtime could not be configured. ${errors.trim()}`);
}
