/** `npm run deploy`: puts Edgewise on a Cloudflare account; safe to repeat. docs/guides/deploy.md */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { buildWasm } from "./build/build-wasm.ts";
import { COMPILED_DIR } from "./build/root.ts";
import { buildWeb } from "./build-web.ts";
import { type CloudflareApi, createApi, DEFAULT_API_URL } from "./deploy/cloudflare-api.ts";
import { accountOf, tokenOf } from "./deploy/credentials.ts";
import { deploy } from "./deploy/deploy.ts";
import { DeployProblem } from "./deploy/deploy-problem.ts";
import { CONFIG_FILES, deploymentOf, type RawConfigs, ROLES } from "./deploy/deployment.ts";
import { destroy } from "./deploy/destroy.ts";
import { fingerprints } from "./deploy/fingerprint.ts";
import { readMigrations } from "./deploy/migrate-database.ts";
import { runWrangler, wranglerEnvironment } from "./deploy/run-wrangler.ts";
import { createUploader } from "./deploy/upload-worker.ts";
import { checkSettings, workerSettings } from "./deploy/worker-settings.ts";
import { readOptions } from "./read-options.ts";

const values = readOptions(
  {
    options: {
      "dry-run": { type: "boolean", default: false },
      env: { type: "string" },
      "inference-only": { type: "boolean", default: false },
      "take-over": { type: "boolean", default: false },
      destroy: { type: "boolean", default: false },
    },
  },
  "npm run deploy -- [--dry-run] [--env NAME] [--inference-only] [--take-over] [--destroy]",
);
const say = (line: string) => console.log(line);

try {
  if (values["dry-run"]) await dryRun();
  else if (values.destroy) await removeAll();
  else await putOnAccount();
} catch (error) {
  if (!(error instanceof DeployProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

async function build(): Promise<void> {
  await buildWasm();
  if (!values["inference-only"]) await buildWeb(say);
}

/** Bundles as a deployment would, and sends nothing. */
async function dryRun(): Promise<void> {
  await build();
  const outDir = mkdtempSync(join(tmpdir(), "edgewise-deploy-"));
  try {
    for (const role of values["inference-only"] ? (["recommend"] as const) : ROLES) {
      const config = CONFIG_FILES[role];
      const args = ["deploy", "--dry-run", "-c", config, "--outdir", join(outDir, dirname(config))];
      const { status, stdout, stderr } = await runWrangler(args, wranglerEnvironment(process.env));
      if (status !== 0) throw new DeployProblem(`${config} cannot be bundled.\n${stdout}${stderr}`);
      say(`${config}: ${/Total Upload: .*/.exec(stdout)?.[0] ?? "size unknown"}`);
    }
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
  say("Dry run: nothing was sent.");
}

async function putOnAccount(): Promise<void> {
  checkSettings(process.env);
  const { configs, deployment } = await named();
  const api = await openApi(configs);
  await build();
  const { url, changes } = await deploy({
    api,
    configs,
    deployment,
    upload: createUploader({ env: process.env, accountId: api.accountId }),
    migrations: readMigrations(),
    env: process.env,
    settings: workerSettings(configs),
    fingerprints,
    // Workers Builds runs for the one Worker that a person has just named, and has made already.
    takeOver: values["take-over"] || process.env.WORKERS_CI === "1",
    newSecret: () => randomBytes(48).toString("base64url"),
    say,
  });
  say(
    changes.length === 0
      ? `${deployment.name} is up to date: ${url}`
      : `${deployment.name} is deployed: ${url}`,
  );
  if (!values["inference-only"] && changes.length > 0) {
    say(
      "The first account that signs up there is the administrator, unless EDGEWISE_ADMIN_USERNAME has made one.",
    );
  }
}

async function removeAll(): Promise<void> {
  const { configs, deployment } = await named();
  await destroy({ api: await openApi(configs), deployment, say, ask });
  say(`${deployment.name} is removed.`);
}

/** A pipe that ends without an answer is an empty one. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ended = new Promise<string>((answer) => lines.once("close", () => answer("")));
    return await Promise.race([lines.question(question), ended]);
  } finally {
    lines.close();
  }
}

async function named() {
  // Loads Wrangler, which takes a second: a wrong option, a wrong setting and a dry run need not wait for it.
  enableCompileCache(COMPILED_DIR);
  const { readConfigs } = await import("./deploy/read-configs.ts");
  const configs = readConfigs();
  const deployment = deploymentOf(configs, {
    env: values.env ?? null,
    inferenceOnly: values["inference-only"],
    apiName: process.env.WRANGLER_CI_OVERRIDE_NAME,
  });
  return { configs, deployment };
}

async function openApi(configs: RawConfigs): Promise<CloudflareApi> {
  const baseUrl = process.env.CLOUDFLARE_API_BASE_URL ?? DEFAULT_API_URL;
  const token = tokenOf(process.env);
  const listed = () =>
    fetch(`${baseUrl}/accounts?per_page=50`, { headers: { authorization: `Bearer ${token}` } });
  const accountId = await accountOf(process.env, configs.api.account_id, listed);
  return createApi({ baseUrl, token, accountId, fetch, sleep });
}
