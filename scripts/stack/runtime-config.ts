/** The configuration of the Workers runtime, kept in the state folder until something it depends on changes. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { COMPILED_DIR } from "../build/root.ts";
import type { ConfigureRequest } from "./configure.ts";
import type { StackParts } from "./miniflare-options.ts";
import { readJson } from "./read-json.ts";
import { StackError } from "./stack-error.ts";

export interface RuntimeConfig {
  /** Cap'n Proto, as the runtime reads it. It holds the secrets. */
  readonly file: string;
  /** Folders that have to be there when the runtime starts. */
  readonly folders: readonly string[];
}

/** Of all runtimes of a stack. */
export interface StackConfig {
  readonly main: RuntimeConfig;
  readonly compute: RuntimeConfig;
}

/**
 * The configurations for these parts; made if they are not there.
 *
 * @param folder Where configurations are kept; one stays.
 * @param dashboard Names the dashboard's files: the configuration lists them.
 */
export async function runtimeConfig(
  folder: string,
  parts: StackParts,
  dashboard: string,
): Promise<StackConfig> {
  const key = createHash("sha256")
    .update(JSON.stringify([parts, dashboard]))
    .digest("hex")
    .slice(0, 16);
  const files = { file: join(folder, `${key}.bin`), computeFile: join(folder, `${key}-compute.bin`) };
  const noteFile = join(folder, `${key}.json`);
  const made = readJson<Note>(noteFile);
  const isWhole = made !== null && sizesOf(files).every((size, at) => size === made.bytes[at]);
  const { names } = isWhole ? made : await make(parts, files, noteFile);
  return {
    main: { file: files.file, folders: names.map((name) => join(parts.resources, name)) },
    compute: { file: files.computeFile, folders: [] },
  };
}

type Files = Pick<ConfigureRequest, "file" | "computeFile">;

function sizesOf({ file, computeFile }: Files): (number | undefined)[] {
  return [file, computeFile].map((path) => statSync(path, { throwIfNoEntry: false })?.size);
}

/** What is known of a configuration that was made. */
interface Note {
  readonly bytes: readonly (number | undefined)[];
  /** The stores' folders. */
  readonly names: readonly string[];
}

async function make(parts: StackParts, files: Files, noteFile: string): Promise<Note> {
  const folder = dirname(noteFile);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await configure({ ...parts, ...files });
    const note: Note = { bytes: sizesOf(files), names: readdirSync(parts.resources) };
    writeFileSync(noteFile, JSON.stringify(note));
    return note;
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw new StackError(`The runtime could not be configured. ${(error as Error).message}`);
  }
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
