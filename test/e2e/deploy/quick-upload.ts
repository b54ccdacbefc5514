/**
 * Uploads a Worker by the calls that Wrangler makes, without its seconds: for tests that deploy a hundred times. That both leave the
 * account alike is a test of its own.
 */
import type { RawConfig } from "#scripts/deploy/deployment.ts";
import type { Uploader } from "#scripts/deploy/upload-worker.ts";
import type { Binding } from "./account.ts";
import { ACCOUNT_ID } from "./account.ts";
import type { StandIn } from "./stand-in.ts";

type Send = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

export function quickUploader(cloud: StandIn, fetch = cloud.fetch): Uploader {
  const send: Send = async (method, path, body) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${cloud.url}/accounts/${ACCOUNT_ID}${path}`, {
      method,
      headers: { authorization: `Bearer ${cloud.token}` },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as {
      success: boolean;
      result: Record<string, unknown>;
      errors: unknown;
    };
    if (!answer.success) throw new Error(`${method} ${path}: ${JSON.stringify(answer.errors)}`);
    return answer.result;
  };
  return async ({ config, settings, tag }) => {
    const name = config.name ?? "";
    const script = `/workers/scripts/${name}`;
    const form = new FormData();
    form.append("metadata", JSON.stringify(await metadataOf(send, config, settings, tag)));
    form.append(
      "index.js",
      new Blob(["export default {};"], { type: "application/javascript+module" }),
      "index.js",
    );
    await send("PUT", script, form);
    await send("POST", `${script}/subdomain`, { enabled: config.workers_dev ?? true });
    if (config.triggers?.crons) {
      await send(
        "PUT",
        `${script}/schedules`,
        config.triggers.crons.map((cron) => ({ cron })),
      );
    }
    for (const consumer of config.queues?.consumers ?? []) await consume(send, name, consumer);
  };
}

type ConfiguredConsumer = NonNullable<NonNullable<RawConfig["queues"]>["consumers"]>[number];

interface ListedQueue {
  readonly queue_id: string;
  readonly consumers: readonly { readonly consumer_id: string; readonly script: string }[];
}

async function consume(send: Send, script: string, configured: ConfiguredConsumer): Promise<void> {
  const found = await send("GET", `/queues?name=${configured.queue}`);
  const [queue] = found as unknown as readonly ListedQueue[];
  const body = {
    type: "worker",
    dead_letter_queue: configured.dead_letter_queue,
    script_name: script,
    settings: {
      batch_size: configured.max_batch_size,
      max_retries: configured.max_retries,
      max_wait_time_ms: 1000 * (configured.max_batch_timeout ?? 0),
    },
  };
  const path = `/queues/${queue?.queue_id}/consumers`;
  const own = queue?.consumers.find((consumer) => consumer.script === script);
  if (own) await send("PUT", `${path}/${own.consumer_id}`, body);
  else await send("POST", path, body);
}

async function metadataOf(
  send: Send,
  config: RawConfig,
  settings: Readonly<Record<string, string>>,
  tag: string,
) {
  const secrets = Object.entries(settings).map(([name, text]) => ({ type: "secret_text", name, text }));
  const jwt = config.assets ? await assetsToken(send, config.name ?? "") : null;
  return {
    main_module: "index.js",
    bindings: [...bindingsOf(config), ...secrets],
    keep_bindings: ["secret_text", "secret_key"],
    annotations: { "workers/tag": tag },
    ...(config.limits && { limits: config.limits }),
    ...(jwt === null ? {} : { assets: { jwt } }),
    ...(await migrationsOf(send, config)),
  };
}

async function assetsToken(send: Send, name: string): Promise<unknown> {
  return (await send("POST", `/workers/scripts/${name}/assets-upload-session`, { manifest: {} })).jwt;
}

async function migrationsOf(send: Send, config: RawConfig) {
  const all = config.migrations ?? [];
  const newest = all.at(-1);
  if (!newest) return {};
  const service = await send("GET", `/workers/services/${config.name}`).catch(() => null);
  const script = (service?.default_environment as { script: { migration_tag?: string } } | undefined)?.script;
  const applied = all.findIndex(({ tag }) => tag === script?.migration_tag) + 1;
  if (applied === all.length) return {};
  const steps = all.slice(applied).map(({ new_sqlite_classes }) => ({ new_sqlite_classes }));
  return { migrations: { old_tag: script?.migration_tag, new_tag: newest.tag, steps } };
}

function bindingsOf(config: RawConfig): Binding[] {
  const { vars = {}, kv_namespaces = [], r2_buckets = [], d1_databases = [], services = [], queues } = config;
  return [
    ...Object.entries(vars).map(([name, text]) => ({ type: "plain_text", name, text })),
    ...kv_namespaces.map(({ binding: name, id }) => ({ type: "kv_namespace", name, namespace_id: id })),
    ...r2_buckets.map(({ binding: name, bucket_name }) => ({ type: "r2_bucket", name, bucket_name })),
    ...d1_databases.map(({ binding: name, database_id: id }) => ({ type: "d1", name, id })),
    ...services.map(({ binding: name, service, entrypoint }) => ({
      type: "service",
      name,
      service,
      ...(entrypoint && { entrypoint }),
    })),
    ...(config.durable_objects?.bindings ?? []).map(({ name, class_name, script_name }) => ({
      type: "durable_object_namespace",
      name,
      class_name,
      ...(script_name && { script_name }),
    })),
    ...(queues?.producers ?? []).map(({ binding: name, queue }) => ({
      type: "queue",
      name,
      queue_name: queue,
    })),
    ...(config.assets?.binding ? [{ type: "assets", name: config.assets.binding }] : []),
  ];
}
