import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  type MiniflareOptions,
  Response,
  type V4WorkerOptions,
} from "miniflare";
import {
  FRONT_ENTRY_FILE,
  FRONT_ENTRYPOINT,
  FRONT_FILE,
  type PlannedWorker,
  type StackPlan,
} from "./built-stack.ts";
import type { Settings } from "./settings.ts";

export interface StackParts {
  readonly plan: StackPlan;
  /** The folder of the bundles. */
  readonly dir: string;
  readonly settings: Settings;
  readonly port: number;
  /** Where the Workers' stores are kept. */
  readonly resources: string;
  /** Resolves when requests may come in. */
  readonly opened: () => Promise<void>;
  readonly fireCrons: () => Promise<string>;
  /** Receives what the Workers print. */
  readonly log: (text: string) => void;
}

/** One runtime with the Workers of the plan. Nothing in it asks any other machine for anything. */
export function miniflareOptions(parts: StackParts): MiniflareOptions {
  return convertV4MiniflareOptions({
    host: "127.0.0.1",
    // Miniflare's own entry, which fires the crons; people come in by the entrypoint in front.
    port: 0,
    cf: {},
    telemetry: { enabled: false },
    unsafeTriggerHandlers: true,
    logRequests: false,
    log: new StackLog(parts.log),
    handleStructuredLogs: ({ message }) => parts.log(`${message}\n`),
    resourcePersistencePath: parts.resources,
    workers: parts.plan.workers.map((worker) => workerOptions(worker, parts)),
  });
}

function workerOptions(worker: PlannedWorker, parts: StackParts): V4WorkerOptions {
  const { dir, settings } = parts;
  const named = Object.entries(settings).filter(([name]) => worker.settings?.includes(name) ?? true);
  const options = {
    ...worker.options,
    name: worker.name,
    modulesRoot: join(dir, worker.bundle),
    modules: modulesOf(join(dir, worker.bundle)),
    bindings: { ...worker.options.bindings, ...Object.fromEntries(named) },
  } as V4WorkerOptions;
  return worker.bundle === parts.plan.servingBundle ? withFront(options, parts) : options;
}

/** The entry first; the runtime takes it for the Worker. */
function modulesOf(dir: string) {
  const wasm = readdirSync(dir).filter((name) => name.endsWith(".wasm"));
  return [
    { type: "ESModule" as const, path: join(dir, "index.js") },
    ...wasm.map((name) => ({ type: "CompiledWasm" as const, path: join(dir, name) })),
  ];
}

/** The serving Worker with the entrypoint that takes all requests of the port; see `front-worker.ts`. */
function withFront(serving: V4WorkerOptions, { plan, dir, port, opened, fireCrons }: StackParts) {
  const [rest] = plan.workers;
  if (!rest) throw new Error("The plan has no Worker.");
  const front = [FRONT_ENTRY_FILE, FRONT_FILE].map((name) => ({
    type: "ESModule" as const,
    path: join(dir, name),
  }));
  return {
    ...serving,
    modulesRoot: dir,
    modules: [...front, ...modulesOf(join(dir, plan.servingBundle))],
    unsafeDirectSockets: [{ host: "127.0.0.1", port, entrypoint: FRONT_ENTRYPOINT }],
    bindings: { ...serving.bindings, FRONT_SERVING_PREFIXES: [...plan.servingPrefixes] },
    serviceBindings: {
      ...serving.serviceBindings,
      FRONT_REST: rest.name,
      FRONT_HOST: async (request: { readonly url: string }) => {
        if (new URL(request.url).pathname === "/crons") return new Response(await fireCrons());
        await opened();
        return new Response(null);
      },
    },
  } as V4WorkerOptions;
}

/** Miniflare's own messages, among those of the Workers. */
class StackLog extends Log {
  readonly #log: (text: string) => void;

  constructor(log: (text: string) => void) {
    super(LogLevel.WARN);
    this.#log = log;
  }

  override log(message: string): void {
    this.#log(`${message}\n`);
  }
}
