/** Deployments in this process, a hundred a minute: our own code whole, with a quick uploader and a clock that does not wait. */
import { createApi } from "#scripts/deploy/cloudflare-api.ts";
import { type Deployed, deploy } from "#scripts/deploy/deploy.ts";
import { type DeploymentOptions, deploymentOf, type RawConfigs } from "#scripts/deploy/deployment.ts";
import { destroy } from "#scripts/deploy/destroy.ts";
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
  readonly upload?: Uploader;
  /** Receives each pause before another try, milliseconds. */
  readonly paused?: (ms: number) => void;
}

let drawn = 0;

export function apiOf(cloud: StandIn, { accountId = ACCOUNT_ID, paused }: Attempt = {}) {
  const sleep = async (ms: number) => paused?.(ms);
  return createApi({ baseUrl: cloud.url, token: cloud.token, accountId, fetch, sleep });
}

function namesOf({ configs = CONFIGS, env = null, inferenceOnly = false, apiName }: Attempt) {
  return deploymentOf(configs, { env, inferenceOnly, apiName });
}

/** Throws as `npm run deploy` does. */
export function deployTo(cloud: StandIn, attempt: Attempt = {}): Promise<Deployed> {
  const { configs = CONFIGS, settings = {}, takeOver = false } = attempt;
  return deploy({
    api: apiOf(cloud, attempt),
    configs,
    deployment: namesOf(attempt),
    upload: attempt.upload ?? quickUploader(cloud),
    migrations: attempt.migrations ?? MIGRATIONS,
    env: settings,
    settings: workerSettings(configs),
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
