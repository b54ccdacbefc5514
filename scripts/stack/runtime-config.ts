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

/**
 * The configuration for these parts; made if it is not there.
 *
 * @param folder Where configurations are kept; one stays.
 * @param files Names the dashboard's files: the configuration lists them.
 */
export async function runtimeConfig(
  folder: string,
  parts: StackParts,
  files: string,
): Promise<RuntimeConfig> {
  const key = createHash("sha256")
    .update(JSON.stringify([parts, files]))
    .digest("hex")
    .slice(0, 16);
  const file = join(folder, `${key}.bin`);
  const noteFile = join(folder, `${key}.json`);
  const made = readJson<Note>(noteFile);
  const isWhole = made !== null && statSync(file, { throwIfNoEntry: false })?.size === made.bytes;
  const { names } = isWhole ? made : await make(parts, file, noteFile);
  return { file, folders: names.map((name) => join(parts.resources, name)) };
}

/** What is known of a configuration that was made. */
interface Note {
  readonly bytes: number;
  /** The stores' folders. */
  readonly names: readonly string[];
}

async function make(parts: StackParts, file: string, noteFile: string): Promise<Note> {
  const folder = dirname(file);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await configure({ ...parts, file });
    const note: Note = { bytes: statSync(file).size, names: readdirSync(parts.resources) };
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
