import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  type MiniflareOptions,
  type V4WorkerOptions,
} from "miniflare";
import {
  FRONT_ENTRY_FILE,
  FRONT_ENTRYPOINT,
  FRONT_FILES,
  type PlannedWorker,
  PROGRAMS_DIR,
  type StackPlan,
  TRAINER_BUNDLE,
} from "./built-stack.ts";
import { computeToken, computeWorker, dispatchingTrainer, withJobProcesses } from "./compute-options.ts";
import type { Settings } from "./settings.ts";
import { StackError } from "./stack-error.ts";

export interface StackParts {
  readonly plan: StackPlan;
  /** The folder of the bundles. */
  readonly dir: string;
  readonly settings: Settings;
  /** Whether compute processes do the trainer's work; else it works in the process of all Workers. */
  readonly hasCompute: boolean;
  /** Whether tests may cut serving off from its stores. */
  readonly isCuttable: boolean;
}

/** In the configuration. Each start of the runtime names another. */
const UNUSED_PORT = 1;

/** The runtime's name of the socket of the entrypoint in front. Miniflare makes it of the place of the Worker in the plan. */
export function frontSocketOf({ workers, servingBundle }: StackPlan): string {
  return `direct:${workers.findIndex(({ bundle }) => bundle === servingBundle)}:${FRONT_ENTRYPOINT}`;
}

/**
 * One runtime with the Workers of the plan. Nothing in it asks any other machine for anything.
 *
 * @param resources Where the Workers' stores are kept, unless the start of the runtime names other places.
 */
export function miniflareOptions(parts: StackParts, resources: string): MiniflareOptions {
  return runtimeOptions(
    resources,
    parts.plan.workers.map((worker) => workerOptions(worker, parts)),
  );
}

/** The runtime of a compute process. */
export function computeOptions(parts: StackParts, resources: string): MiniflareOptions {
  const planned = trainerOf(parts.plan);
  const { dir } = parts;
  return runtimeOptions(resources, [
    computeWorker(plainOptions(planned, parts), { planned, dir, token: tokenOf(parts) }),
  ]);
}

function runtimeOptions(resources: string, workers: V4WorkerOptions[]): MiniflareOptions {
  return convertV4MiniflareOptions({
    host: "127.0.0.1",
    // Miniflare's own entry, which nobody uses; people come in by the entrypoint in front.
    port: 0,
    cf: {},
    telemetry: { enabled: false },
    logRequests: false,
    log: new Log(LogLevel.NONE),
    // Makes the runtime write its log as lines of JSON.
    handleStructuredLogs: () => undefined,
    resourcePersistencePath: resources,
    workers,
  });
}

function trainerOf(plan: StackPlan): PlannedWorker {
  const trainer = plan.workers.find(({ bundle }) => bundle === TRAINER_BUNDLE);
  if (!trainer) throw new StackError("The plan of the stack has no trainer.");
  return trainer;
}

function tokenOf({ settings }: StackParts): string {
  return computeToken(settings.EDGEWISE_SECRET ?? "");
}

function workerOptions(worker: PlannedWorker, parts: StackParts): V4WorkerOptions {
  const options = plainOptions(worker, parts);
  if (worker.bundle === parts.plan.servingBundle) return withFront(options, parts);
  if (worker.bundle === TRAINER_BUNDLE && parts.hasCompute)
    return dispatchingTrainer(options, parts.dir, tokenOf(parts));
  if (worker !== parts.plan.workers[0]) return options;
  const api = withOutbound(options, parts.settings);
  return parts.hasCompute ? withJobProcesses(api) : api;
}

/** The Worker as it is deployed. */
function plainOptions(worker: PlannedWorker, { dir, settings }: StackParts): V4WorkerOptions {
  const named = Object.entries(settings).filter(([name]) => worker.settings?.includes(name) ?? true);
  return {
    ...worker.options,
    name: worker.name,
    modulesRoot: join(dir, worker.bundle),
    modules: modulesOf(join(dir, worker.bundle)),
    bindings: { ...worker.options.bindings, ...Object.fromEntries(named) },
  } as V4WorkerOptions;
}

/**
 * The API's way to addresses that tenants chose. The runtime checks each address that it connects to, after the look-up of the name, so
 * no name leads into the network of this machine.
 */
function withOutbound(api: V4WorkerOptions, settings: Settings): V4WorkerOptions {
  if (settings.EDGEWISE_ALLOW_PRIVATE_WEBHOOKS === "true") return api;
  const network = { allow: ["public"], tlsOptions: { trustBrowserCas: true } };
  return { ...api, serviceBindings: { ...api.serviceBindings, OUTBOUND: { network } } } as V4WorkerOptions;
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
function withFront(serving: V4WorkerOptions, { plan, dir, isCuttable }: StackParts): V4WorkerOptions {
  const [rest] = plan.workers;
  const [database] = Object.values(rest?.options.d1Databases ?? {});
  if (!rest || !database) throw new StackError("The first Worker's configuration names no D1 database.");
  const programs = FRONT_FILES.map((name) => join(dir, PROGRAMS_DIR, "stack", name));
  const front = [join(dir, FRONT_ENTRY_FILE), ...programs].map((path) => ({
    type: "ESModule" as const,
    path,
  }));
  return {
    ...serving,
    // To call `scheduled` of another Worker.
    compatibilityFlags: [...(serving.compatibilityFlags ?? []), "service_binding_extra_handlers"],
    modulesRoot: dir,
    modules: [...front, ...modulesOf(join(dir, plan.servingBundle))],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: UNUSED_PORT, entrypoint: FRONT_ENTRYPOINT }],
    bindings: {
      ...serving.bindings,
      FRONT_SERVING_PREFIXES: [...plan.servingPrefixes],
      FRONT_SHARED_PLACES: [...plan.sharedPlaces],
      FRONT_SERVING_METHODS: [...plan.servingMethods],
      FRONT_CUTTABLE: isCuttable,
      FRONT_CRONS: rest.options.cronTriggers ?? [],
      FRONT_MIGRATIONS: plan.migrations.map(({ name, statements }) => ({
        name,
        statements: [...statements],
      })),
    },
    d1Databases: { ...serving.d1Databases, FRONT_DB: database },
    serviceBindings: { ...serving.serviceBindings, FRONT_REST: rest.name },
  } as V4WorkerOptions;
}
