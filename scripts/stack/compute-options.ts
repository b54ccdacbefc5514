/** The options of Miniflare for the compute processes, and for the trainer of the stack's own process that passes its work on to them. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { V4WorkerOptions } from "miniflare";
import {
  COMPUTE_FILES,
  DISPATCH_ENTRY_FILE,
  type PlannedWorker,
  PROGRAMS_DIR,
  type StackPlan,
  TRAINER_BUNDLE,
  WORK_ENTRY_FILE,
} from "./built-stack.ts";
import {
  JOB_PROCESSES_BINDING,
  type LentBindings,
  POOL_BINDING,
  STORES_BINDING,
  STORES_ENTRYPOINT,
  WORK_ENTRYPOINT,
} from "./compute/names.ts";
import { StackError } from "./stack-error.ts";

/** Replaced when the runtime starts: ports are free ones. */
const ADDRESS_TO_COME = "127.0.0.1:1";
/** What Miniflare calls the way to an address that a binding of a Worker names. */
const externalName = (worker: number, binding: string) => `core:builtin:${worker}:#${binding}`;

/** Of the Worker for the management API in the plan. */
const API_PLACE = 0;

/** Kinds of bindings that a compute process can do without or reach from afar. Others make the configuration fail, so that none is forgotten. */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set([
  ...["name", "compatibilityDate", "compatibilityFlags", "bindings", "modules", "modulesRoot"],
  ...["r2Buckets", "durableObjects", "queueProducers", "queueConsumers"],
  // Answers in a deployment alone.
  "ai",
]);

/** Known to all processes of a stack and to nobody else. */
export function computeToken(secret: string): string {
  return createHash("sha256").update(`compute processes: ${secret}`).digest("base64url");
}

/** What the process that keeps the stack needs to know. */
export interface ComputeWays {
  readonly token: string;
  /** The name, in the configuration of the stack's own process, of the way to the pool. */
  readonly poolService: string;
  /** The name there of the way by which the API asks whether compute processes start. */
  readonly healthService: string;
  /** The name, in the configuration of a compute process, of the way to the stores. */
  readonly storesService: string;
}

export function computeWays({ workers }: StackPlan, secret: string): ComputeWays {
  const trainer = workers.findIndex(({ bundle }) => bundle === TRAINER_BUNDLE);
  return {
    token: computeToken(secret),
    poolService: externalName(trainer, POOL_BINDING),
    healthService: externalName(API_PLACE, JOB_PROCESSES_BINDING),
    storesService: externalName(0, STORES_BINDING),
  };
}

/** The trainer of the stack's own process: it only passes messages on, and lends its stores. */
export function dispatchingTrainer(trainer: V4WorkerOptions, dir: string, token: string): V4WorkerOptions {
  const { modules: _, modulesRoot: __, ...options } = trainer as V4WorkerOptions & { modulesRoot?: string };
  const consumers = Object.entries(asRecord(trainer.queueConsumers));
  return {
    ...options,
    // Else a queue waits for the end of each message before it gives out the next.
    compatibilityFlags: [...(trainer.compatibilityFlags ?? []), "queue_consumer_no_wait_for_wait_until"],
    modulesRoot: dir,
    modules: modulesOf(dir, DISPATCH_ENTRY_FILE),
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0, entrypoint: STORES_ENTRYPOINT }],
    bindings: {
      ...trainer.bindings,
      COMPUTE_TOKEN: token,
      COMPUTE_ATTEMPTS: Object.fromEntries(
        consumers.map(([queue, { maxRetries = 0 }]) => [queue, Number(maxRetries) + 1]),
      ),
    },
    serviceBindings: { [POOL_BINDING]: { external: { address: ADDRESS_TO_COME, http: {} } } },
  } as V4WorkerOptions;
}

/** The API, whose `/health` says whether compute processes start. */
export function withJobProcesses(api: V4WorkerOptions): V4WorkerOptions {
  const way = { external: { address: ADDRESS_TO_COME, http: {} } };
  return {
    ...api,
    serviceBindings: { ...api.serviceBindings, [JOB_PROCESSES_BINDING]: way },
  } as V4WorkerOptions;
}

/** The Worker of a compute process: the trainer's own bundle, with bindings that lead to the stack's own process. */
export function computeWorker(
  trainer: V4WorkerOptions,
  { planned, dir, token }: { readonly planned: PlannedWorker; readonly dir: string; readonly token: string },
): V4WorkerOptions {
  const unknown = Object.entries(trainer).find(
    ([name, value]) => !KNOWN_OPTIONS.has(name) && !isEmpty(value),
  );
  if (unknown)
    throw new StackError(`The compute processes of a local stack do not know the trainer's ${unknown[0]}.`);
  const lent: LentBindings = {
    buckets: Object.keys(asRecord(trainer.r2Buckets)),
    objects: Object.keys(asRecord(trainer.durableObjects)),
    queues: Object.keys(asRecord(trainer.queueProducers)),
  };
  const own = Array.isArray(trainer.modules) ? trainer.modules : [];
  return {
    name: planned.name,
    compatibilityDate: trainer.compatibilityDate,
    compatibilityFlags: trainer.compatibilityFlags,
    modulesRoot: dir,
    modules: [...modulesOf(dir, WORK_ENTRY_FILE), ...own],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0, entrypoint: WORK_ENTRYPOINT }],
    bindings: { ...trainer.bindings, COMPUTE_TOKEN: token, COMPUTE_LENT: lent },
    serviceBindings: { [STORES_BINDING]: { external: { address: ADDRESS_TO_COME, http: {} } } },
  } as unknown as V4WorkerOptions;
}

/** The entry first; the runtime takes it for the Worker. */
function modulesOf(dir: string, entry: string) {
  const programs = COMPUTE_FILES.map((name) => join(dir, PROGRAMS_DIR, "stack/compute", name));
  return [join(dir, entry), ...programs].map((path) => ({ type: "ESModule" as const, path }));
}

function asRecord(value: unknown): Readonly<Record<string, { readonly maxRetries?: unknown }>> {
  return (value ?? {}) as Readonly<Record<string, { readonly maxRetries?: unknown }>>;
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === undefined;
  return Object.values(value).every(isEmpty);
}
