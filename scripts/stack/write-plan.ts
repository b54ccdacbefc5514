/**
 * `node scripts/stack/write-plan.ts FOLDER`: writes what `wrangler.toml` and `migrations/` say, so that a start need not load Wrangler,
 * and the stack's programs as JavaScript.
 * Wrangler itself reads the configurations: local stack and deployment cannot differ in what they understand.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  unstable_getMiniflareWorkerOptions as miniflareOptionsOf,
  unstable_readConfig as readConfig,
  unstable_splitSqlQuery as splitSql,
} from "wrangler";
import { SERVING_METHODS, SERVING_PREFIXES, SHARED_PLACES } from "#contract/addresses.ts";
import { ROOT } from "../build/root.ts";
import {
  CONFIGS,
  DISPATCH_ENTRY_FILE,
  FRONT_ENTRY_FILE,
  FRONT_ENTRYPOINT,
  type Migration,
  PLAN_FILE,
  type PlannedWorker,
  PROGRAMS_DIR,
  SERVING_CONFIG,
  type StackPlan,
  TRAINER_BUNDLE,
  WORK_ENTRY_FILE,
} from "./built-stack.ts";
import { STORES_ENTRYPOINT, WORK_ENTRYPOINT } from "./compute/names.ts";
import { writeProgram } from "./write-program.ts";

const MIGRATIONS_DIR = join(ROOT, "migrations");

function plannedWorker(path: string, at: number): PlannedWorker {
  const config = readConfig({ config: join(ROOT, path) }, { hideWarnings: true });
  const { modulesRules: _, rootPath: __, ...options } = miniflareOptionsOf(config).workerOptions;
  const named = [...Object.keys(config.vars), ...(config.secrets?.required ?? [])];
  return {
    name: config.name ?? path,
    settings: at === 0 ? null : named,
    options: options as PlannedWorker["options"],
    bundle: dirname(path),
  };
}

function readMigrations(): Migration[] {
  const names = readdirSync(MIGRATIONS_DIR).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => ({
    name,
    statements: splitSql(readFileSync(join(MIGRATIONS_DIR, name), "utf8")),
  }));
}

const [dir = "."] = process.argv.slice(2);
const servingBundle = dirname(SERVING_CONFIG);
const plan: StackPlan = {
  workers: CONFIGS.map(plannedWorker),
  migrations: readMigrations(),
  servingBundle,
  servingPrefixes: SERVING_PREFIXES,
  sharedPlaces: SHARED_PLACES,
  servingMethods: SERVING_METHODS,
};
const entry = [
  `import serving from "./${servingBundle}/index.js";`,
  `import { frontOf } from "./${PROGRAMS_DIR}/stack/front-worker.js";`,
  `export * from "./${servingBundle}/index.js";`,
  "export default serving;",
  `export const ${FRONT_ENTRYPOINT} = frontOf(serving);`,
];
const dispatchEntry = [
  'import { WorkerEntrypoint } from "cloudflare:workers";',
  `import { dispatcher } from "./${PROGRAMS_DIR}/stack/compute/dispatcher.js";`,
  `import { storesOf } from "./${PROGRAMS_DIR}/stack/compute/stores.js";`,
  "export default dispatcher;",
  `export const ${STORES_ENTRYPOINT} = storesOf(WorkerEntrypoint);`,
];
const workEntry = [
  `import trainer from "./${TRAINER_BUNDLE}/index.js";`,
  `import { workOf } from "./${PROGRAMS_DIR}/stack/compute/compute-worker.js";`,
  "export default {};",
  `export const ${WORK_ENTRYPOINT} = workOf(trainer);`,
];
const programs = ["dispatcher", "stores", "compute-worker"].map((name) => `compute/${name}`);
for (const program of ["keeper", "front-worker", "take-config/serve", ...programs]) {
  writeProgram(join(ROOT, "scripts"), `stack/${program}.ts`, join(dir, PROGRAMS_DIR));
}
const entries = [
  [FRONT_ENTRY_FILE, entry],
  [DISPATCH_ENTRY_FILE, dispatchEntry],
  [WORK_ENTRY_FILE, workEntry],
] as const;
for (const [name, lines] of entries) writeFileSync(join(dir, name), `${lines.join("\n")}\n`);
writeFileSync(join(dir, PLAN_FILE), JSON.stringify(plan));
