/** A Worker's configuration as the account needs it: its own names and ids in place of the repository's. */
import { type Deployment, type RawConfig, type RawConfigs, ROLES, type Role } from "./deployment.ts";

export interface AccountIds {
  readonly namespace: string;
  /** Null where there is no database. */
  readonly database: string | null;
}

/** @param settings Names that the Worker has as secrets: a variable of that name gives way to them. */
export function ownConfig(
  configs: RawConfigs,
  role: Role,
  { deployment, ids }: { readonly deployment: Deployment; readonly ids: AccountIds },
  settings: ReadonlySet<string>,
): RawConfig {
  const { secrets: _kept, vars = {}, ...config } = structuredClone(configs[role]);
  const own: RawConfig = { ...config, name: deployment.workers[role] };
  const keptVars = Object.entries(vars).filter(([name]) => !settings.has(name));
  if (keptVars.length > 0) own.vars = Object.fromEntries(keptVars);
  if (config.kv_namespaces)
    own.kv_namespaces = config.kv_namespaces.map((kv) => ({ ...kv, id: ids.namespace }));
  if (config.r2_buckets) {
    own.r2_buckets = config.r2_buckets.map((bucket) => ({ ...bucket, bucket_name: deployment.bucket }));
  }
  if (config.d1_databases && ids.database && deployment.database) {
    const { name } = deployment.database;
    const id = ids.database;
    own.d1_databases = config.d1_databases.map((d1) => ({ ...d1, database_name: name, database_id: id }));
  }
  if (config.services) {
    const service = deployment.workers.recommend;
    own.services = config.services.map((bound) => ({ ...bound, service }));
  }
  if (config.durable_objects?.bindings) {
    const bindings = config.durable_objects.bindings.map((bound) =>
      bound.script_name ? { ...bound, script_name: ownName(configs, deployment, bound.script_name) } : bound,
    );
    own.durable_objects = { ...config.durable_objects, bindings };
  }
  if (config.queues) own.queues = renamedIn(config.queues, deployment.queueNamed);
  return own;
}

/** The name here of a Worker of the repository's configurations. The form of the Deploy button may have renamed the main one. */
function ownName(configs: RawConfigs, { workers }: Deployment, script: string): string {
  const role = ROLES.find((one) => one !== "api" && configs[one].name === script);
  return workers[role ?? "api"];
}

type Queues = NonNullable<RawConfig["queues"]>;

function renamedIn({ producers, consumers }: Queues, queueNamed: (name: string) => string): Queues {
  return {
    ...(producers && {
      producers: producers.map((producer) => ({
        ...producer,
        ...(producer.queue && { queue: queueNamed(producer.queue) }),
      })),
    }),
    ...(consumers && {
      consumers: consumers.map((consumer) => ({
        ...consumer,
        queue: queueNamed(consumer.queue),
        ...(consumer.dead_letter_queue && { dead_letter_queue: queueNamed(consumer.dead_letter_queue) }),
      })),
    }),
  };
}
