/** What an account says of one Worker. */
import * as z from "zod";
import type { CloudflareApi } from "./cloudflare-api.ts";
import type { RawConfig } from "./deployment.ts";
import type { Queue } from "./resources.ts";

const NO_WORKER = [10007, 10090];
const path = (worker: string) => `/workers/scripts/${worker}`;

const deployments = z.object({
  deployments: z.array(
    z.object({ versions: z.array(z.object({ version_id: z.string(), percentage: z.number() })) }),
  ),
});
const version = z.object({ annotations: z.record(z.string(), z.string()).nullish() });
const schedules = z.object({ schedules: z.array(z.object({ cron: z.string() })) });

/** The tag of the version that takes all requests; null where there is no such version, or it has none. */
export async function currentTag(api: CloudflareApi, worker: string): Promise<string | null> {
  const found = await api.find({ path: `${path(worker)}/deployments`, result: deployments }, NO_WORKER);
  const [only, ...others] = found?.deployments[0]?.versions ?? [];
  if (!only || others.length > 0) return null;
  const { annotations } = await api.call({
    path: `${path(worker)}/versions/${only.version_id}`,
    result: version,
  });
  return annotations?.["workers/tag"] ?? null;
}

/** Names of the secrets that a Worker has. */
export async function secretNames(api: CloudflareApi, worker: string): Promise<string[]> {
  const result = z.array(z.object({ name: z.string() }));
  return ((await api.find({ path: `${path(worker)}/secrets`, result }, NO_WORKER)) ?? []).map(
    ({ name }) => name,
  );
}

export async function deleteSecret(api: CloudflareApi, worker: string, name: string): Promise<void> {
  await api.find({ method: "DELETE", path: `${path(worker)}/secrets/${name}`, result: z.unknown() });
}

/** Whether crons and queues start the Worker as its configuration says. */
export async function hasTriggers(
  api: CloudflareApi,
  worker: string,
  config: RawConfig,
  queues: readonly Queue[],
): Promise<boolean> {
  const consumes = (config.queues?.consumers ?? []).every(({ queue }) =>
    queues.some(({ queue_name: name, consumers }) => name === queue && consumers?.some(isBy(worker))),
  );
  const wanted = config.triggers?.crons ?? [];
  if (!consumes || wanted.length === 0) return consumes;
  const found = await api.call({ path: `${path(worker)}/schedules`, result: schedules });
  return wanted.every((cron) => found.schedules.some((schedule) => schedule.cron === cron));
}

/** Whether a consumer of a queue is this Worker. */
export function isBy(worker: string) {
  return ({
    script,
    service,
  }: {
    readonly script?: string | null | undefined;
    readonly service?: string | null | undefined;
  }) => script === worker || service === worker;
}
