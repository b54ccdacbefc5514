/** What the two sides of a compute process agree on: bindings, entrypoints, headers. The bindings of a Worker's own never begin with COMPUTE. */

/** Of the local trainer: passes messages on, and lends its stores to the compute processes. */
export const STORES_ENTRYPOINT = "Stores";
/** Of a compute process: does the work of a message. */
export const WORK_ENTRYPOINT = "Work";
/** Leads from the local trainer to the process that keeps the stack. */
export const POOL_BINDING = "COMPUTE_POOL";
/** Leads from the local API to the process that keeps the stack, which says whether compute processes start. */
export const JOB_PROCESSES_BINDING = "JOB_PROCESSES";
/** Leads from a compute process to the stores that the local trainer lends. */
export const STORES_BINDING = "COMPUTE_STORES";

/** Has the token that both sides know. Pages of other sites cannot send it. */
export const TOKEN_HEADER = "x-edgewise-compute";
/** Which of the compute processes has a message. */
export const PLACE_HEADER = "x-edgewise-place";
/** The path of the pool's address that tells what a compute process takes, before its place. */
export const USE_PATH = "/use/";
/** The call of a store, as JSON in percent-encoding. */
export const CALL_HEADER = "x-edgewise-call";
/** What is known of a stored object, as JSON in percent-encoding. */
export const OBJECT_HEADER = "x-edgewise-object";

/** The bindings of the trainer that a compute process reaches in the stack's own process, by their names. */
export interface LentBindings {
  readonly buckets: readonly string[];
  readonly objects: readonly string[];
  readonly queues: readonly string[];
}

/** What a process took for a message so far. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  /** The most resident memory since the message began. */
  readonly peakBytes: number;
}

/** A queue message on its way to a compute process. */
export interface ComputeMessage {
  readonly queue: string;
  readonly body: unknown;
}
