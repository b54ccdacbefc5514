/** `npm run deploy`: puts the three Workers on a real account, in the order in which they need each other; safe to repeat. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildWasm } from "./build-wasm.ts";
import { buildWeb } from "./build-web.ts";
import { planSecrets, type SecretsPlan, withoutOptionalSecrets } from "./deploy-secrets.ts";
import { readOptions } from "./read-options.ts";
import { ROOT } from "./root.ts";
import { StackError } from "./stack-error.ts";

/** `recommend` is bound by `api`, and `api` owns the Durable Objects that `trainer` calls. */
const WORKERS = [
  "workers/recommend/wrangler.toml",
  "wrangler.toml",
  "workers/trainer/wrangler.toml",
] as const;
const API_CONFIG = "wrangler.toml";
const QUEUES = ["edgewise-ingest", "edgewise-trials", "edgewise-training", "edgewise-dead-letters"] as const;
const BUCKET = "edgewise-store";
const DATABASE = "edgewise";
const NAMESPACE = "edgewise-routing";
/** What the configurations in the repository have in place of an account's own ids. */
const NO_DATABASE_ID = "00000000-0000-0000-0000-000000000000";
const NO_NAMESPACE_ID = "00000000000000000000000000000000";

const values = readOptions(
  { options: { "dry-run": { type: "boolean", default: false } } },
  "npm run deploy -- [--dry-run]",
);

try {
  await buildWasm();
  buildWeb((line) => console.log(line));
  if (values["dry-run"]) dryRun();
  else deploy();
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** Bundles all three as a deployment would, and sends nothing. */
function dryRun(): void {
  const outDir = mkdtempSync(join(tmpdir(), "edgewise-deploy-"));
  for (const config of WORKERS) {
    const printed = wrangler([
      "deploy",
      "--dry-run",
      "-c",
      config,
      "--outdir",
      join(outDir, dirname(config)),
    ]);
    const size = /Total Upload: .*/.exec(printed)?.[0] ?? "size unknown";
    console.log(`${config}: ${size}`);
  }
  rmSync(outDir, { recursive: true, force: true });
  console.log("Dry run: nothing was sent.");
}

function deploy(): void {
  const ids = { database: ensureDatabase(), namespace: ensureNamespace() };
  ensureBucket();
  for (const queue of QUEUES) ensureQueue(queue);
  const configs = WORKERS.map((config) => ({ config, own: writeOwnConfig(config, ids) }));
  const apiConfig = configs.find(({ config }) => config === API_CONFIG)?.own ?? API_CONFIG;
  console.log("Migrating the database …");
  wrangler(["d1", "migrations", "apply", DATABASE, "--remote", "-c", apiConfig]);
  const newSecret = () => randomBytes(48).toString("base64url");
  const plan = planSecrets(process.env, existingSecrets(apiConfig), newSecret);
  if (plan.warning) process.stderr.write(`${plan.warning}\n`);
  const secrets = secretsFile(plan);
  for (const { config, own } of configs) {
    console.log(`Deploying ${config} …`);
    const printed = wrangler(["deploy", "-c", own, ...(secrets ? ["--secrets-file", secrets] : [])]);
    console.log(/https:\/\/\S+/.exec(printed)?.[0] ?? "");
    for (const name of plan.remove) runWrangler(["secret", "delete", name, "-c", own]);
  }
  if (secrets) rmSync(secrets);
  console.log("Done. Sign up at the address of edgewise-api: the first account is the administrator.");
}

function ensureDatabase(): string {
  const find = () =>
    (JSON.parse(wrangler(["d1", "list", "--json"])) as { name: string; uuid: string }[]).find(
      ({ name }) => name === DATABASE,
    )?.uuid;
  return find() ?? created(() => wrangler(["d1", "create", DATABASE]), find, `the database ${DATABASE}`);
}

function ensureNamespace(): string {
  const find = () =>
    (JSON.parse(wrangler(["kv", "namespace", "list"])) as { title: string; id: string }[]).find(
      ({ title }) => title === NAMESPACE,
    )?.id;
  return (
    find() ??
    created(() => wrangler(["kv", "namespace", "create", NAMESPACE]), find, `the KV namespace ${NAMESPACE}`)
  );
}

function created(create: () => unknown, find: () => string | undefined, what: string): string {
  create();
  const id = find();
  if (!id) throw new StackError(`${what} was created and cannot be found.`);
  return id;
}

function ensureBucket(): void {
  if (!wrangler(["r2", "bucket", "list"]).includes(BUCKET)) wrangler(["r2", "bucket", "create", BUCKET]);
}

function ensureQueue(queue: string): void {
  if (!wrangler(["queues", "list"]).includes(queue)) wrangler(["queues", "create", queue]);
}

/** The configuration with the account's ids, beside the original so that its paths still hold; git ignores it. */
function writeOwnConfig(config: string, ids: { database: string; namespace: string }): string {
  const text = readFileSync(join(ROOT, config), "utf8")
    .replaceAll(NO_DATABASE_ID, ids.database)
    .replaceAll(NO_NAMESPACE_ID, ids.namespace);
  const own = config.replace(/wrangler\.toml$/, "wrangler.deploy.toml");
  writeFileSync(join(ROOT, own), withoutOptionalSecrets(text));
  return own;
}

/** The names of the secrets that the account has. */
function existingSecrets(apiConfig: string): string[] {
  const { status, stdout } = runWrangler(["secret", "list", "-c", apiConfig]);
  return status === 0 ? [...stdout.matchAll(/EDGEWISE_[A-Z_]+/g)].map(([name]) => name) : [];
}

/** A file that only this account can read, for Wrangler; null when there is nothing to send. */
function secretsFile({ send }: SecretsPlan): string | null {
  if (Object.keys(send).length === 0) return null;
  const path = join(mkdtempSync(join(tmpdir(), "edgewise-secret-")), "secrets.json");
  writeFileSync(path, JSON.stringify(send), { mode: 0o600 });
  return path;
}

/** Runs Wrangler and returns what it printed. Throws `StackError` with its words when it fails. */
function wrangler(args: readonly string[]): string {
  const { status, stdout, stderr } = runWrangler(args);
  if (status !== 0) throw new StackError(`wrangler ${args.join(" ")} failed.\n${stdout}${stderr}`);
  return stdout;
}

function runWrangler(args: readonly string[]) {
  const bin = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    FORCE_COLOR: "0",
  };
  return spawnSync(process.execPath, [bin, ...args], { cwd: ROOT, env, encoding: "utf8" });
}
