/** What a local stack runs: where it lies, what it holds, and whether it is built from the sources as they are. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { V4WorkerOptions } from "miniflare";
import { ROOT } from "../build/root.ts";
import { contentHash } from "./content-hash.ts";
import { type FileList, hasFiles } from "./file-list.ts";
import { readJson } from "./read-json.ts";

const WORKER_INPUTS = [
  "workers",
  "shared",
  "migrations",
  "wrangler.toml",
  "package.json",
  "package-lock.json",
  "tsconfig.base.json",
  "tsconfig.declared.json",
  "scripts/build",
  "scripts/stack",
];
const DASHBOARD_INPUTS = ["web", "shared/contract", "shared/reading", "package.json", "package-lock.json"];

export const SERVING_CONFIG = "workers/recommend/wrangler.toml";
const TRAINER_CONFIG = "workers/trainer/wrangler.toml";
/** Configurations of the Workers; the first takes what no other does. */
export const CONFIGS = ["wrangler.toml", SERVING_CONFIG, TRAINER_CONFIG] as const;
/** The folder of the trainer's bundle. */
export const TRAINER_BUNDLE = dirname(TRAINER_CONFIG);

export const BUILD_DIR = join(ROOT, "dist/stack");
export const DASHBOARD_DIR = join(ROOT, "web/dist");
/** Names the sources that the dashboard in `web/dist` is built from, and its files. */
export const DASHBOARD_STAMP = join(BUILD_DIR, "dashboard.json");
/** In the built stack: the programs that run it, as JavaScript. */
export const PROGRAMS_DIR = "programs";
/** Modules of the entrypoint in front. */
export const FRONT_FILES = ["front-worker.js", "front-migrate.js", "front-stores.js"];
/** The serving Worker's module of a local stack: everything that the bundle exports, and the entrypoint in front. */
export const FRONT_ENTRY_FILE = "serving-with-front.js";
export const FRONT_ENTRYPOINT = "Front";
/** Modules of both sides of a compute process. */
export const COMPUTE_FILES = [
  "names.js",
  "let-go.js",
  "bucket-call.js",
  "bucket-server.js",
  "remote-bucket.js",
  "stores.js",
  "dispatcher.js",
  "compute-worker.js",
];
/** The local trainer that passes messages on to compute processes, and the Worker of those. */
export const DISPATCH_ENTRY_FILE = "trainer-dispatch.js";
export const WORK_ENTRY_FILE = "trainer-work.js";
export const PLAN_FILE = "plan.json";
/** In the built stack: a list of its other files. */
export const LIST_FILE = "files.json";

/** A Worker as its configuration describes it, and the folder of its bundle. */
export interface PlannedWorker {
  readonly name: string;
  /** Names of the settings that reach it; null for the first, which gets all. */
  readonly settings: readonly string[] | null;
  readonly options: V4WorkerOptions;
  /** The folder, in the built stack, that has `index.js` and its WebAssembly modules. */
  readonly bundle: string;
}

export interface StackPlan {
  readonly workers: readonly PlannedWorker[];
  readonly migrations: readonly Migration[];
  /** The folder of the bundle that answers the addresses of serving. */
  readonly servingBundle: string;
  /** First segments of those addresses. */
  readonly servingPrefixes: readonly string[];
  /** First two segments of the addresses among them where the management API answers all methods but those of serving. */
  readonly sharedPlaces: readonly string[];
  readonly servingMethods: readonly string[];
}

/** One file of `migrations/`. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** The folder of the Workers' bundles for the sources as they are; it is there once they are built. */
export function workersDir(): string {
  return join(BUILD_DIR, contentHash(WORKER_INPUTS));
}

export function areWorkersBuilt(dir: string): boolean {
  const files = readJson<FileList>(join(dir, LIST_FILE));
  return files !== null && hasFiles(dir, files);
}

export interface DashboardStamp {
  readonly hash: string;
  readonly files: FileList;
}

export function dashboardHash(): string {
  return contentHash(DASHBOARD_INPUTS);
}

export function isDashboardBuilt(hash: string): boolean {
  const stamp = readJson<DashboardStamp>(DASHBOARD_STAMP);
  return stamp?.hash === hash && hasFiles(DASHBOARD_DIR, stamp.files);
}

export function readPlan(dir: string): StackPlan {
  return JSON.parse(readFileSync(join(dir, PLAN_FILE), "utf8")) as StackPlan;
}
