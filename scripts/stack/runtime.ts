import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { get } from "node:http";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { RuntimeConfig } from "./runtime-config.ts";
import { readLines, readLogs } from "./runtime-logs.ts";
import type { Watch } from "./runtime-watch.ts";
import { StackError } from "./stack-error.ts";

/** Lines of a runtime that did not start which are shown. */
const LINES_SHOWN = 20;

export interface RuntimeOptions {
  readonly port: number;
  readonly config: RuntimeConfig;
  /** Where Miniflare's own Workers send their log. */
  readonly loopback: string;
  readonly watch: Watch;
  /** A folder for what nothing uses; Miniflare names one that ends with it. */
  readonly unused: string;
  readonly log: (text: string) => void;
  /** Ends the runtime, and its start at whatever point it is. */
  readonly ending: AbortSignal;
}

export interface Runtime {
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
}

/** Starts the Workers runtime and waits until it answers on its port and the database is migrated. Throws `StackError`. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { port, config, watch } = options;
  for (const folder of [...config.folders, options.unused]) mkdirSync(folder, { recursive: true });
  const child = spawn(watch.command, argumentsOf(options), {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    windowsHide: true,
    env: { ...process.env, ...watch.env, TZ: "UTC", FORCE_COLOR: "0" },
    signal: options.ending,
    killSignal: "SIGKILL",
  });
  const printed = readLastLines(child, options.log);
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const failed = new Promise<never>((_, reject) => {
    child.once("error", ({ message }) => reject(new StackError(`The Workers runtime: ${message}`)));
    child.once("close", () => reject(new StackError(problemOf(printed(), port))));
  });
  try {
    await Promise.race([listening(child.stdio[3] as Readable, port), failed]);
    await Promise.race([open(port), failed]);
  } catch (error) {
    child.kill("SIGKILL");
    await ended;
    throw error;
  }
  failed.catch(() => undefined);
  return { ended };
}

/** Hands on what the runtime prints, and keeps the end of it. */
function readLastLines(child: ChildProcess, log: (text: string) => void): () => string {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    readLogs(stream as Readable, (line) => {
      lines.push(line);
      lines.splice(0, lines.length - LINES_SHOWN);
      log(line);
    });
  }
  return () => lines.join("");
}

function argumentsOf({ config, loopback, unused }: RuntimeOptions): string[] {
  return [
    "serve",
    "--binary",
    // Miniflare's own Workers use features that are not for everybody yet.
    "--experimental",
    // Miniflare's entry: it has to be somewhere.
    "--socket-addr=entry=127.0.0.1:0",
    `--external-addr=loopback=${loopback}`,
    `--directory-path=email:store-disk=${unused}`,
    "--control-fd=3",
    config.file,
  ];
}

/** Resolves when the runtime tells that it listens on the port. */
function listening(control: Readable, port: number): Promise<void> {
  return new Promise((done) => {
    readLines(control, (line) => {
      const message = JSON.parse(line) as { readonly event?: string; readonly port?: number };
      if (message.event === "listen" && message.port === port) done();
    });
  });
}

async function open(port: number): Promise<void> {
  const { status, body } = await ask(port, "/cdn-cgi/edgewise/open");
  if (status !== 200) throw new StackError(`The database could not be migrated. ${body}`);
}

/** Asks the stack for an address. */
export function ask(port: number, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((done, failed) => {
    const request = get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      text(response).then((body) => done({ status: response.statusCode ?? 0, body }), failed);
    });
    request.once("error", failed);
  });
}

function problemOf(printed: string, port: number): string {
  if (/address (?:already )?in use|os error (?:48|98|10013|10048)/i.test(printed)) {
    return `Port ${port} is taken: another program took it during the start.`;
  }
  return `The Workers runtime did not start.\n${printed.trim()}`;
}
