/**
 * Puts Edgewise on an account: looks, makes what is missing, migrates, uploads. Every step looks first and may be repeated. The
 * next run completes one that stopped anywhere; a run with nothing to do changes nothing. Why in this order: docs/adr.
 */
import type { CloudflareApi } from "./cloudflare-api.ts";
import { DeployProblem } from "./deploy-problem.ts";
import type { Deployment, RawConfigs, Role } from "./deployment.ts";
import { EMPTY_RECORD, keepRecord, type Made, type RecordKeeper, readRecord } from "./deployment-record.ts";
import { type Fingerprints, settingsOfTag, versionTag } from "./fingerprint.ts";
import { appliedMigrations, type Migration, migrateDatabase } from "./migrate-database.ts";
import { type AccountIds, ownConfig } from "./own-config.ts";
import { planSettings, type SettingsPlan } from "./plan-settings.ts";
import {
  createBucket,
  createDatabase,
  createNamespace,
  createQueue,
  type Found,
  lookAround,
  objectKeys,
  workersDomain,
} from "./resources.ts";
import type { Upload, Uploader } from "./upload-worker.ts";
import { currentTag, deleteSecret, hasTriggers, isBy, secretNames } from "./worker-state.ts";

export interface DeployDeps {
  readonly api: CloudflareApi;
  readonly upload: Uploader;
  readonly configs: RawConfigs;
  readonly deployment: Deployment;
  readonly migrations: readonly Migration[];
  /** Where EDGEWISE_… settings come from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By Worker: the settings that its code reads, and the value of those that its configuration sets. */
  readonly settings: ReadonlyMap<Role, ReadonlyMap<string, string | null>>;
  readonly fingerprints: Fingerprints;
  /** Whether Workers of the same names that we did not make are replaced. */
  readonly takeOver: boolean;
  readonly newSecret: () => string;
  /** Progress for people; one short line each. */
  readonly say: (line: string) => void;
}

export interface Deployed {
  /** Where people go; null when nothing of the kind is public. */
  readonly url: string;
  /** What this run changed, one line each; empty when all was there. */
  readonly changes: readonly string[];
}

/** Throws `DeployProblem` with what to do; what has been done stays, and the next run goes on from there. */
export async function deploy(deps: DeployDeps): Promise<Deployed> {
  const changes: string[] = [];
  const say = (line: string) => {
    changes.push(line);
    deps.say(line);
  };
  const log = { ...deps, say };
  const { api, deployment } = deps;
  const domain = await workersDomain(api);
  const found = await lookAround(api, deployment);
  const written = found.hasBucket ? await readRecord(api, deployment) : null;
  const record = keepRecord(api, deployment, written ?? EMPTY_RECORD);
  await refuseForeign(deps, found, record);
  if (written === null) await makeBucket(log, found, record);
  const ids = await makeMissing(log, found, record);
  if (ids.database) {
    const count = await migrateDatabase(api, ids.database, deps.migrations);
    if (count > 0) say(`Applied ${count} migrations`);
  }
  await uploadAll(log, { found, record, ids });
  const main = deployment.roles.includes("api") ? "api" : "recommend";
  return { url: `https://${deployment.workers[main]}.${domain}`, changes };
}

/** Before all else: the bucket holds the record of what is made. An empty one is what a run leaves that stopped right after it. */
async function makeBucket({ api, deployment, say }: DeployDeps, { hasBucket }: Found, record: RecordKeeper) {
  if (!hasBucket) {
    await createBucket(api, deployment);
    say(`Made the bucket ${deployment.bucket}`);
  }
  const isOurs = !hasBucket || (await objectKeys(api, deployment)).length === 0;
  if (isOurs) await record.change({ made: [`bucket ${deployment.bucket}`] });
}

/** Nothing of others is overwritten, nor half of it: all is checked before anything changes. */
async function refuseForeign(deps: DeployDeps, found: Found, record: RecordKeeper): Promise<void> {
  const { api, deployment, takeOver } = deps;
  const taken = deployment.roles
    .map((role) => deployment.workers[role])
    .filter((worker) => found.workers.has(worker) && !record.has(`worker ${worker}`));
  if (taken.length > 0 && !takeOver) {
    throw new DeployProblem(
      `This account already has a Worker named ${taken.join(" and ")} that this deployment did not make. ` +
        "Give yours another name in wrangler.toml, or replace it: npm run deploy -- --take-over",
    );
  }
  const { trainer } = deployment.workers;
  for (const { queue_name: queue, consumers } of found.queues) {
    const other = (consumers ?? []).find((consumer) => !isBy(trainer)(consumer));
    if (!other) continue;
    throw new DeployProblem(
      `The queue ${queue} already has a consumer, ${other.script ?? other.service ?? other.type}, and a queue takes one. ` +
        "Remove that consumer, or give the queue another name in wrangler.toml.",
    );
  }
  if (found.database) await appliedMigrations(api, found.database);
}

async function makeMissing(deps: DeployDeps, found: Found, record: RecordKeeper): Promise<AccountIds> {
  const { api, deployment, say } = deps;
  const queues = deployment.queues.filter((name) => !found.queues.some((queue) => queue.queue_name === name));
  const workers = deployment.roles.map((role) => deployment.workers[role]);
  const missing: Made[] = [
    ...(found.namespace === null ? [`namespace ${deployment.namespace.name}` as const] : []),
    ...(deployment.database && found.database === null
      ? [`database ${deployment.database.name}` as const]
      : []),
    ...queues.map((name) => `queue ${name}` as const),
    ...workers.map((name) => `worker ${name}` as const),
  ];
  // Written before anything is made: what a stopped run has made is ours.
  await record.change({ made: [...new Set([...record.current.made, ...missing])] });
  const namespace = found.namespace ?? (await createNamespace(api, deployment.namespace));
  if (found.namespace === null) say(`Made the KV namespace ${deployment.namespace.name}`);
  const { database: part } = deployment;
  const database = found.database ?? (part && (await createDatabase(api, part)));
  if (part && found.database === null) say(`Made the database ${part.name}`);
  for (const name of queues) {
    await createQueue(api, name);
    say(`Made the queue ${name}`);
  }
  return { namespace, database };
}

interface Progress {
  readonly found: Found;
  readonly record: RecordKeeper;
  readonly ids: AccountIds;
}

async function uploadAll(deps: DeployDeps, progress: Progress): Promise<void> {
  const { deployment, say } = deps;
  const { record } = progress;
  const has = await secretsOf(deps, progress.found);
  const { unsent, finished } = record.current;
  const reads = new Map(deployment.roles.map((role) => [role, deps.settings.get(role) ?? new Map()]));
  const plan = planSettings({ env: deps.env, reads, has, unsent, finished }, deps.newSecret);
  if (plan.warning) deps.say(plan.warning);
  const outdated: Wanted[] = [];
  for (const role of deployment.roles) {
    const wanted = await wantedOf(deps, progress, { role, plan, has: has.get(role) ?? [] });
    const isComplete = !plan.remove.get(role)?.length && (await isCurrent(deps, progress, wanted));
    if (!isComplete) outdated.push(wanted);
  }
  await record.change({
    unsent: [...new Set(outdated.flatMap(({ settings }) => Object.keys(settings)))].sort(),
  });
  for (const { worker, ...upload } of outdated) {
    await removeSettings(deps, worker, plan.remove.get(upload.role) ?? []);
    await deps.upload(upload);
    await requireVersion(deps, { worker, tag: upload.tag });
    say(`Uploaded ${worker}`);
    await record.change({ uploaded: { ...record.current.uploaded, [worker]: upload.tag } });
  }
  // Another run may have been between ours: then the Workers may have different secrets, which the record still says.
  for (const one of outdated) await requireVersion(deps, one);
  await record.change({ unsent: [], finished: true });
}

/** Wrangler may end well and leave the Worker as it was, for example where it thinks that a person should decide. */
async function requireVersion(
  { api }: DeployDeps,
  { worker, tag }: Pick<Wanted, "worker" | "tag">,
): Promise<void> {
  const found = await currentTag(api, worker);
  if (found === tag) return;
  throw new DeployProblem(
    `The Worker ${worker} was uploaded, but another version of it takes requests (${found ?? "without a tag"}, expected ${tag}): ` +
      "somebody else may deploy at the same time. Run the command again.",
  );
}

async function secretsOf({ api, deployment }: DeployDeps, { workers }: Found): Promise<Map<Role, string[]>> {
  const has = new Map<Role, string[]>();
  for (const role of deployment.roles) {
    const worker = deployment.workers[role];
    has.set(role, workers.has(worker) ? await secretNames(api, worker) : []);
  }
  return has;
}

/** Before the upload: taking a setting away makes a version of its own, which has no tag. */
async function removeSettings(
  { api, say }: DeployDeps,
  worker: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    await deleteSecret(api, worker, name);
    say(`Took ${name} from ${worker}`);
  }
}

interface Wanted extends Upload {
  readonly worker: string;
  /** That of the version which takes all requests; null for none of ours. */
  readonly currentTag: string | null;
}

const NO_SETTINGS = "00000000";

async function wantedOf(
  { configs, deployment, api, fingerprints }: DeployDeps,
  { ids, found }: Progress,
  { role, plan, has }: { readonly role: Role; readonly plan: SettingsPlan; readonly has: readonly string[] },
): Promise<Wanted> {
  const worker = deployment.workers[role];
  const settings = plan.send.get(role) ?? {};
  const names = new Set([...has, ...Object.keys(settings)]);
  const config = ownConfig(configs, role, { deployment, ids }, names);
  const current = found.workers.has(worker) ? await currentTag(api, worker) : null;
  const isGiven = Object.keys(settings).length > 0;
  const sent = isGiven
    ? fingerprints.settings(settings, `${api.accountId} ${worker}`)
    : settingsOfTag(current);
  const tag = versionTag(fingerprints.code(role, config), sent ?? NO_SETTINGS);
  return { role, worker, config, settings, tag, currentTag: current };
}

/** Whether this very version takes all requests, and the run that uploaded it set all that starts it. */
async function isCurrent({ api }: DeployDeps, { found, record }: Progress, wanted: Wanted): Promise<boolean> {
  const { worker, tag, config } = wanted;
  if (wanted.currentTag !== tag || record.current.uploaded[worker] !== tag) return false;
  return hasTriggers(api, worker, config, found.queues);
}
