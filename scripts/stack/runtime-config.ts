/** The configuration of the Workers runtime, kept in the state folder until something it depends on changes. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "../stack-error.ts";
import type { ConfigureRequest } from "./configure.ts";
import type { StackParts } from "./miniflare-options.ts";

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
  const listFile = join(folder, `${key}.json`);
  const file = join(folder, `${key}.bin`);
  if (!existsSync(listFile) || !existsSync(file)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await configure({ ...parts, file: `${file}.new` });
    renameSync(`${file}.new`, file);
    writeFileSync(listFile, JSON.stringify(readdirSync(parts.resources)));
  }
  const names = JSON.parse(readFileSync(listFile, "utf8")) as string[];
  return { file, folders: names.map((name) => join(parts.resources, name)) };
}

/** Runs `configure.ts`, which ends with us. */
async function configure(request: ConfigureRequest): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "configure.ts")], {
    stdio: ["pipe", "inherit", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.stdin?.end(JSON.stringify(request));
  const status = await new Promise<number | null>((done) => child.once("close", done));
  if (status !== 0) throw new StackError(`The runtime could not be configured.\n${errors.trim()}`);
}
