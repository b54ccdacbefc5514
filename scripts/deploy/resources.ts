/** Namespaces, buckets, databases, queues and Workers of an account: what there is, and making what is missing. */
import * as z from "zod";
import { ApiRefusal, type CloudflareApi } from "./cloudflare-api.ts";
import { DeployProblem } from "./deploy-problem.ts";
import type { Deployment, Part } from "./deployment.ts";

const PAGE = 100;
const NO_BUCKET = 10006;

const namespace = z.object({ id: z.string(), title: z.string() });
const database = z.object({ uuid: z.string(), name: z.string() });
const consumer = z.object({
  consumer_id: z.string().optional(),
  type: z.string().optional(),
  script: z.string().nullish(),
  service: z.string().nullish(),
});
const queue = z.object({
  queue_id: z.string(),
  queue_name: z.string(),
  consumers: z.array(consumer).nullish(),
});
export type Queue = z.infer<typeof queue>;

/** What an account has of a deployment. */
export interface Found {
  readonly namespace: string | null;
  readonly hasBucket: boolean;
  readonly database: string | null;
  readonly queues: readonly Queue[];
  /** Names of all Workers of the account. */
  readonly workers: ReadonlySet<string>;
}

/** Reads only. Throws `DeployProblem` where the account lacks a product, before anything is made. */
export async function lookAround(api: CloudflareApi, deployment: Deployment): Promise<Found> {
  return {
    hasBucket: await hasBucket(api, deployment),
    queues: await queuesOf(api, deployment.queues),
    database: deployment.database && (await databaseId(api, deployment.database)),
    namespace: await namespaceId(api, deployment.namespace),
    workers: await workerNames(api),
  };
}

async function pages<Item>(
  api: CloudflareApi,
  path: string,
  item: z.ZodType<Item>,
  query: readonly (readonly [string, string])[] = [],
): Promise<Item[]> {
  const found: Item[] = [];
  for (let page = 1; ; page++) {
    const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]));
    search.set("page", String(page));
    search.set("per_page", String(PAGE));
    const items = await api.call({ path: `${path}?${search}`, result: z.array(item) });
    found.push(...items);
    if (items.length < PAGE) return found;
  }
}

export async function namespaceId(api: CloudflareApi, { name, id }: Part): Promise<string | null> {
  const all = await pages(api, "/storage/kv/namespaces", namespace);
  const match = all.find((one) => (id === null ? one.title === name : one.id === id));
  if (match || id === null) return match?.id ?? null;
  throw new DeployProblem(`wrangler.toml names the KV namespace ${id}, which this account does not have.`);
}

export async function databaseId(api: CloudflareApi, { name, id }: Part): Promise<string | null> {
  const all = await pages(api, "/d1/database", database, id === null ? [["name", name]] : []);
  const match = all.find((one) => (id === null ? one.name === name : one.uuid === id));
  if (match || id === null) return match?.uuid ?? null;
  throw new DeployProblem(`wrangler.toml names the D1 database ${id}, which this account does not have.`);
}

export async function queuesOf(api: CloudflareApi, names: readonly string[]): Promise<Queue[]> {
  if (names.length === 0) return [];
  const query = names.map((name): [string, string] => ["name", name]);
  return (await pages(api, "/queues", queue, query)).filter(({ queue_name: name }) => names.includes(name));
}

async function workerNames(api: CloudflareApi): Promise<ReadonlySet<string>> {
  const scripts = await api.call({ path: "/workers/scripts", result: z.array(z.object({ id: z.string() })) });
  return new Set(scripts.map(({ id }) => id));
}

export const bucketPath = ({ bucket }: Deployment): string => `/r2/buckets/${bucket}`;

export const objectPath = (deployment: Deployment, key: string): string =>
  `${bucketPath(deployment)}/objects/${key.split("/").map(encodeURIComponent).join("/")}`;

/** Keys of the bucket's first thousand objects. */
export function objectKeys(api: CloudflareApi, deployment: Deployment): Promise<string[]> {
  const result = z.array(z.object({ key: z.string() }).transform(({ key }) => key));
  const path = `${bucketPath(deployment)}/objects?per_page=1000`;
  return api.call({ path, headers: bucketHeaders(deployment), result });
}

export function bucketHeaders({ jurisdiction }: Deployment): Record<string, string> {
  return jurisdiction === null ? {} : { "cf-r2-jurisdiction": jurisdiction };
}

export async function hasBucket(api: CloudflareApi, deployment: Deployment): Promise<boolean> {
  const call = { path: bucketPath(deployment), headers: bucketHeaders(deployment) };
  return (await api.find({ ...call, result: z.object({ name: z.string() }) }, [NO_BUCKET])) !== null;
}

/** The address of the account's Workers, e.g. `acme.workers.dev`. Throws `DeployProblem` where none has been chosen yet. */
export async function workersDomain(api: CloudflareApi): Promise<string> {
  const found = await api.find(
    { path: "/workers/subdomain", result: z.object({ subdomain: z.string() }) },
    [10007],
  );
  if (found) return `${found.subdomain}.workers.dev`;
  throw new DeployProblem(
    "This account has no workers.dev address yet. Open " +
      `https://dash.cloudflare.com/${api.accountId}/workers-and-pages once, choose one, and run the command again.`,
  );
}

export async function createBucket(api: CloudflareApi, deployment: Deployment): Promise<void> {
  const body = { name: deployment.bucket };
  const call = {
    method: "POST" as const,
    path: "/r2/buckets",
    body,
    headers: bucketHeaders(deployment),
    result: z.unknown(),
  };
  await made(
    () => api.call(call),
    async () => (await hasBucket(api, deployment)) || null,
  );
}

export async function createNamespace(api: CloudflareApi, part: Part): Promise<string> {
  const call = {
    method: "POST" as const,
    path: "/storage/kv/namespaces",
    body: { title: part.name },
    result: namespace,
  };
  return made(
    async () => (await api.call(call)).id,
    () => namespaceId(api, part),
  );
}

export async function createDatabase(api: CloudflareApi, part: Part): Promise<string> {
  const call = { method: "POST" as const, path: "/d1/database", body: { name: part.name }, result: database };
  return made(
    async () => (await api.call(call)).uuid,
    () => databaseId(api, part),
  );
}

export async function createQueue(api: CloudflareApi, name: string): Promise<void> {
  const call = { method: "POST" as const, path: "/queues", body: { queue_name: name }, result: z.unknown() };
  await made(
    () => api.call(call),
    async () => (await queuesOf(api, [name]))[0] ?? null,
  );
}

/**
 * Makes a thing. Where Cloudflare refuses because there is one (another run was quicker, or the answer to an earlier try was lost),
 * that one is taken.
 */
async function made<Thing>(create: () => Promise<Thing>, find: () => Promise<Thing | null>): Promise<Thing> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status === 429 || error.status >= 500) throw error;
    const found = await find();
    if (found === null) throw error;
    return found;
  }
}
