/** What a deployment is called on an account, down to each of its parts. Defaults stand in the three wrangler.toml. */
import type { Unstable_RawConfig as RawConfig } from "wrangler";
import { DeployProblem } from "./deploy-problem.ts";

export type { RawConfig };

/** In the order in which they need each other: `api` binds `recommend`, and owns the Durable Objects that `trainer` binds. */
export const ROLES = ["recommend", "api", "trainer"] as const;
export type Role = (typeof ROLES)[number];

export const CONFIG_FILES: Readonly<Record<Role, string>> = {
  recommend: "workers/recommend/wrangler.toml",
  api: "wrangler.toml",
  trainer: "workers/trainer/wrangler.toml",
};
export type RawConfigs = Readonly<Record<Role, RawConfig>>;

/** What the configurations in the repository have in place of an account's own ids. */
export const NO_DATABASE_ID = "00000000-0000-0000-0000-000000000000";
export const NO_NAMESPACE_ID = "00000000000000000000000000000000";
const NAMESPACE = "edgewise-routing";

export interface Deployment {
  /** As people call it, e.g. `edgewise` or `edgewise-staging`. */
  readonly name: string;
  /** The Workers it has, in the order of their upload. */
  readonly roles: readonly Role[];
  readonly workers: Readonly<Record<Role, string>>;
  readonly bucket: string;
  /** The bucket's jurisdiction where wrangler.toml names one. */
  readonly jurisdiction: string | null;
  readonly namespace: Part;
  /** Null where only recommendations are served. */
  readonly database: Part | null;
  readonly queues: readonly string[];
  /** The name here of a queue of the repository's configurations. */
  queueNamed(name: string): string;
}

export interface Part {
  readonly name: string;
  /** Where wrangler.toml has an id instead of the repository's zeros: that thing is used, and never made or removed by us. */
  readonly id: string | null;
}

export interface DeploymentOptions {
  /** Stands beside production, with names of its own; null for production. */
  readonly env: string | null;
  readonly inferenceOnly: boolean;
  /** The name that Workers Builds has given the main Worker. */
  readonly apiName?: string | undefined;
}

/** Throws `DeployProblem` for a name that Cloudflare would not take. */
export function deploymentOf(configs: RawConfigs, options: DeploymentOptions): Deployment {
  const { env, inferenceOnly } = options;
  if (env !== null && !/^[a-z][a-z0-9-]{0,19}$/.test(env)) {
    throw new DeployProblem(
      `--env must be 1 to 20 small letters, digits and hyphens, the first a letter, not "${env}".`,
    );
  }
  const here = (name: string) => (env === null ? name : `${name}-${env}`);
  const { api, trainer } = configs;
  const apiName = options.apiName || required(api.name, "name");
  const database = api.d1_databases?.[0];
  const bucket = api.r2_buckets?.[0];
  const namespaceId = api.kv_namespaces?.[0]?.id;
  const renamed = renamedQueues(api);
  const queueNamed = (name: string) => here(renamed.get(name) ?? name);
  const ownId = (id: string | undefined, none: string) => (env === null && id && id !== none ? id : null);
  return {
    name: here(apiName.replace(/-api$/, "")),
    roles: inferenceOnly ? ["recommend"] : ROLES,
    workers: {
      recommend: here(required(api.services?.[0]?.service, "services")),
      api: here(apiName),
      trainer: here(required(trainer.name, "name")),
    },
    bucket: here(required(bucket?.bucket_name, "r2_buckets")),
    jurisdiction: bucket?.jurisdiction ?? null,
    namespace: { name: here(NAMESPACE), id: ownId(namespaceId, NO_NAMESPACE_ID) },
    database: inferenceOnly
      ? null
      : {
          name: here(required(database?.database_name, "d1_databases")),
          id: ownId(database?.database_id, NO_DATABASE_ID),
        },
    queues: inferenceOnly ? [] : [...new Set(queuesOf(trainer).map(queueNamed))].sort(),
    queueNamed,
  };
}

/** Every queue that the trainer reads, sends to or leaves failures in. */
function queuesOf({ queues }: RawConfig): string[] {
  const consumed = (queues?.consumers ?? []).flatMap(({ queue, dead_letter_queue: dead }) => [
    queue,
    ...(dead ? [dead] : []),
  ]);
  return [...consumed, ...(queues?.producers ?? []).flatMap(({ queue }) => queue ?? [])];
}

/**
 * A form such as that of the Deploy button may give the queues of the main wrangler.toml other names. Their bindings stay, and say
 * which queue of the trainer's configuration is meant: INGEST_QUEUE is `edgewise-ingest`.
 */
function renamedQueues({ queues }: RawConfig): ReadonlyMap<string, string> {
  return new Map(
    (queues?.producers ?? []).map(({ binding, queue }) => {
      const original = `edgewise-${binding
        .toLowerCase()
        .replace(/_queue$/, "")
        .replaceAll("_", "-")}`;
      return [original, queue ?? original];
    }),
  );
}

function required(value: string | undefined, what: string): string {
  if (value) return value;
  throw new DeployProblem(`wrangler.toml lacks a name in ${what}.`);
}
