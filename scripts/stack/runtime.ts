import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { RuntimeConfig } from "./runtime-config.ts";
import { readLines, readLogs } from "./runtime-logs.ts";
import type { Watch } from "./runtime-watch.ts";
import { StackError } from "./stack-error.ts";

/** Lines of a runtime that did not start which are shown. */
const LINES_SHOWN = 20;

export interface RuntimeOptions {
  readonly config: RuntimeConfig;
  /** The runtime tells the ports of these entrypoints. */
  readonly entrypoints: readonly string[];
  /** The addresses of services outside of the runtime, by their names in the configuration. */
  readonly externals: Readonly<Record<string, string>>;
  /** The addresses that the runtime listens on, by the names of its sockets in the configuration; any free port for the others. */
  readonly sockets: Readonly<Record<string, string>>;
  /** Where the Workers' stores are kept. */
  readonly resources: string;
  readonly watch: Watch;
  /** A folder for what nothing uses; Miniflare names one that ends with it. */
  readonly unused: string;
  readonly log: (text: string) => void;
  /** Ends the runtime, and its start at whatever point it is. */
  readonly ending: AbortSignal;
}

export interface Runtime {
  /** Of the runtime: the shell that starts it becomes it. */
  readonly pid: number;
  /** Where the entrypoints listen. */
  readonly ports: ReadonlyMap<string, number>;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  end(): void;
}

/**
 * Starts the Workers runtime and waits until its entrypoints listen.
 *
 * @param whenListening What else has to come true before it counts as started.
 * Throws `StackError` with the sentence of `problemOf`, or else with what the runtime printed.
 */
export async function startRuntime(
  options: RuntimeOptions,
  whenListening: () => Promise<void> = async () => undefined,
  problemOf: (printed: string) => string | null = () => null,
): Promise<Runtime> {
  const { config, watch, entrypoints, resources } = options;
  const folders = config.stores.map((name) => join(resources, name));
  for (const folder of [...folders, options.unused]) mkdirSync(folder, { recursive: true });
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
    child.once("close", () => {
      const problem = problemOf(printed()) ?? `The Workers runtime did not start.\n${printed().trim()}`;
      reject(new StackError(problem));
    });
  });
  try {
    const ports = await Promise.race([listening(child.stdio[3] as Readable, entrypoints), failed]);
    await Promise.race([whenListening(), failed]);
    failed.catch(() => undefined);
    return { pid: child.pid ?? 0, ports, ended, end: () => child.kill("SIGKILL") };
  } catch (error) {
    child.kill("SIGKILL");
    await ended;
    throw error;
  }
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

function argumentsOf({ config, externals, sockets, resources, unused }: RuntimeOptions): string[] {
  return [
    "serve",
    "--binary",
    // Miniflare's own Workers use features that are not for everybody yet.
    "--experimental",
    // Miniflare's entry: it has to be somewhere.
    "--socket-addr=entry=127.0.0.1:0",
    ...Object.entries(sockets).map(([name, address]) => `--socket-addr=${name}=${address}`),
    ...Object.entries(externals).map(([name, address]) => `--external-addr=${name}=${address}`),
    `--directory-path=email:store-disk=${unused}`,
    ...config.stores.map((name) => `--directory-path=${name}:storage=${join(resources, name)}`),
    "--control-fd=3",
    config.file,
  ];
}

/** Resolves with the ports when the runtime has told all of them. The name of an entrypoint's socket ends with the entrypoint's. */
function listening(control: Readable, entrypoints: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  return new Promise((done) => {
    readLines(control, (line) => {
      const message = JSON.parse(line) as {
        readonly event?: string;
        readonly socket?: string;
        readonly port?: number;
      };
      const entrypoint = entrypoints.find((name) => message.socket?.endsWith(`:${name}`));
      if (message.event !== "listen" || entrypoint === undefined || message.port === undefined) return;
      ports.set(entrypoint, message.port);
      if (ports.size === entrypoints.length) done(ports);
    });
  });
}

/** Migrates the database, and lets requests in. */
export async function openStack(port: number): Promise<void> {
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

/** Null unless the runtime could not have its port. */
export function portProblemOf(printed: string, port: number): string | null {
  const isTaken = /address (?:already )?in use|os error (?:48|98|10013|10048)/i.test(printed);
  return isTaken ? `Port ${port} is taken: another program took it during the start.` : null;
}
