/**
 * Deployments in this process, hundreds in a second. Our own code runs whole, with a quick uploader, calls that need no socket, and
 * a clock that does not wait.
 */
import { createHash } from "node:crypto";
import { createApi } from "#scripts/deploy/cloudflare-api.ts";
import { type Deployed, deploy } from "#scripts/deploy/deploy.ts";
import { type DeploymentOptions, deploymentOf, type RawConfigs } from "#scripts/deploy/deployment.ts";
import { destroy } from "#scripts/deploy/destroy.ts";
import type { Fingerprints } from "#scripts/deploy/fingerprint.ts";
import { type Migration, readMigrations } from "#scripts/deploy/migrate-database.ts";
import { readConfigs } from "#scripts/deploy/read-configs.ts";
import type { Uploader } from "#scripts/deploy/upload-worker.ts";
import { workerSettings } from "#scripts/deploy/worker-settings.ts";
import { ACCOUNT_ID } from "./account.ts";
import { quickUploader } from "./quick-upload.ts";
import type { StandIn } from "./stand-in.ts";

export const CONFIGS = readConfigs();
const MIGRATIONS = readMigrations();

export interface Attempt extends Partial<DeploymentOptions> {
  readonly settings?: Readonly<Record<string, string>>;
  readonly configs?: RawConfigs;
  readonly migrations?: readonly Migration[];
  readonly takeOver?: boolean;
  readonly accountId?: string;
  readonly token?: string;
  readonly upload?: Uploader;
  /** The global `fetch` goes through sockets, which a fault may break. */
  readonly fetch?: typeof fetch;
  /** Receives each pause before another try, milliseconds. */
  readonly paused?: (ms: number) => void;
}

let drawn = 0;

/** Of the configuration alone: the sources do not change while tests run. */
const digits = (value: unknown, count: number) =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, count);
const quickFingerprints: Fingerprints = {
  code: (_role, config) => digits(config, 12),
  settings: (settings, salt) => digits([settings, salt], 8),
};

export function apiOf(cloud: StandIn, attempt: Attempt = {}) {
  const { accountId = ACCOUNT_ID, token = cloud.token, fetch = cloud.fetch, paused } = attempt;
  const sleep = async (ms: number) => paused?.(ms);
  return createApi({ baseUrl: cloud.url, token, accountId, fetch, sleep });
}

function namesOf({ configs = CONFIGS, env = null, inferenceOnly = false, apiName }: Attempt) {
  return deploymentOf(configs, { env, inferenceOnly, apiName });
}

/** Throws as `npm run deploy` does. */
export async function deployTo(cloud: StandIn, attempt: Attempt = {}): Promise<Deployed> {
  const { configs = CONFIGS, settings = {}, takeOver = false } = attempt;
  return deploy({
    api: apiOf(cloud, attempt),
    configs,
    deployment: namesOf(attempt),
    upload: attempt.upload ?? quickUploader(cloud, attempt.fetch),
    migrations: attempt.migrations ?? MIGRATIONS,
    env: settings,
    settings: workerSettings(configs),
    fingerprints: quickFingerprints,
    takeOver,
    newSecret: () => `drawn secret number ${++drawn}, long enough`,
    say: () => undefined,
  });
}

/** @returns What was said. */
export async function destroyAt(cloud: StandIn, typed: string, attempt: Attempt = {}): Promise<string[]> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  await destroy({ api: apiOf(cloud, attempt), deployment: namesOf(attempt), ask: async () => typed, say });
  return said;
}
