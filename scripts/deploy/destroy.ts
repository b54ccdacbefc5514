/** Takes a deployment off an account: all that its record says it made, and nothing else. Safe to repeat. */
import * as z from "zod";
import type { CloudflareApi } from "./cloudflare-api.ts";
import { DeployProblem } from "./deploy-problem.ts";
import type { Deployment } from "./deployment.ts";
import { RECORD_KEY, readRecord } from "./deployment-record.ts";
import {
  bucketHeaders,
  bucketPath,
  databaseId,
  hasBucket,
  namespaceId,
  objectKeys,
  objectPath,
  queuesOf,
} from "./resources.ts";
import { isBy } from "./worker-state.ts";

export interface DestroyDeps {
  readonly api: CloudflareApi;
  readonly deployment: Deployment;
  /** Asks the person a question, and resolves with the line they type. */
  readonly ask: (question: string) => Promise<string>;
  readonly say: (line: string) => void;
}

type Kind = "worker" | "queue" | "database" | "namespace" | "bucket";
const WORDS: Readonly<Record<Kind, string>> = {
  worker: "the Worker",
  queue: "the queue",
  database: "the database, with all accounts and projects,",
  namespace: "the KV namespace",
  bucket: "the bucket, with every file and model in it,",
};
/** What uses a thing goes before the thing, and the bucket last: it holds the record. */
const ORDER: readonly Kind[] = ["worker", "queue", "database", "namespace", "bucket"];

interface Thing {
  readonly kind: Kind;
  readonly name: string;
}

/** Throws `DeployProblem` when there is no such deployment, or the person types another name. */
export async function destroy(deps: DestroyDeps): Promise<void> {
  const { deployment, say, ask } = deps;
  const things = await madeThings(deps);
  say(`These parts of ${deployment.name} will be removed, for good:`);
  for (const { kind, name } of things) say(`  ${WORDS[kind]} ${name}`);
  const isOurs = things.some(({ kind }) => kind === "bucket");
  if (!isOurs) say(`The bucket ${deployment.bucket} was there before and stays, with what is in it.`);
  const typed = await ask(`Type the name of the deployment, ${deployment.name}, to remove them: `);
  if (typed.trim() !== deployment.name) {
    throw new DeployProblem(`That is not ${deployment.name}. Nothing was removed.`);
  }
  await removeConsumers(deps, things);
  for (const thing of things) {
    const was = await remove(deps, thing);
    say(was ? `Removed ${thing.kind} ${thing.name}` : `There is no ${thing.kind} ${thing.name} any more`);
  }
  if (!isOurs) await removeRecord(deps);
}

async function madeThings({ api, deployment }: DestroyDeps): Promise<Thing[]> {
  const bucket = { kind: "bucket", name: deployment.bucket } as const;
  if (await hasBucket(api, deployment)) {
    const record = await readRecord(api, deployment);
    if (record) return inOrder(record.made.map(thingOf));
    // A run that stopped between its last two steps leaves this.
    if ((await objectKeys(api, deployment)).length === 0) return [bucket];
  }
  throw new DeployProblem(
    `This account has no deployment named ${deployment.name}: no record of one is in the bucket ${deployment.bucket}. Nothing was removed.`,
  );
}

function thingOf(made: string): Thing {
  const at = made.indexOf(" ");
  return { kind: made.slice(0, at) as Kind, name: made.slice(at + 1) };
}

/** Of the Workers, the last one made goes first: it uses those before it. */
function inOrder(things: readonly Thing[]): Thing[] {
  return ORDER.flatMap((kind) => things.filter((thing) => thing.kind === kind).reverse());
}

/** A Worker that consumes a queue cannot be deleted. */
async function removeConsumers({ api }: DestroyDeps, things: readonly Thing[]): Promise<void> {
  const workers = things.filter(({ kind }) => kind === "worker").map(({ name }) => name);
  const names = things.filter(({ kind }) => kind === "queue").map(({ name }) => name);
  for (const { queue_id: id, consumers } of await queuesOf(api, names)) {
    for (const consumer of consumers ?? []) {
      if (!consumer.consumer_id || !workers.some((worker) => isBy(worker)(consumer))) continue;
      await removed(api, `/queues/${id}/consumers/${consumer.consumer_id}`);
    }
  }
}

/** @returns False where it is gone already. */
async function remove({ api, deployment }: DestroyDeps, { kind, name }: Thing): Promise<boolean> {
  const ofAnyId = { name, id: null };
  switch (kind) {
    case "worker":
      return removed(api, `/workers/scripts/${name}?force=true`);
    case "queue": {
      const [queue] = await queuesOf(api, [name]);
      return queue ? removed(api, `/queues/${queue.queue_id}`) : false;
    }
    case "database": {
      const id = await databaseId(api, ofAnyId);
      return id ? removed(api, `/d1/database/${id}`) : false;
    }
    case "namespace": {
      const id = await namespaceId(api, ofAnyId);
      return id ? removed(api, `/storage/kv/namespaces/${id}`) : false;
    }
    case "bucket":
      await emptyBucket(api, deployment);
      return removed(api, bucketPath(deployment), bucketHeaders(deployment));
  }
}

async function removed(api: CloudflareApi, path: string, headers?: Record<string, string>): Promise<boolean> {
  const call = { method: "DELETE" as const, path, ...(headers && { headers }) };
  return (await api.find({ ...call, result: z.unknown().transform(() => true) })) ?? false;
}

/** The record goes last. */
async function emptyBucket(api: CloudflareApi, deployment: Deployment): Promise<void> {
  let before = "";
  for (;;) {
    const keys = (await objectKeys(api, deployment)).filter((key) => key !== RECORD_KEY);
    if (keys.length === 0) break;
    const page = JSON.stringify(keys);
    if (page === before) {
      throw new DeployProblem(
        `Objects of the bucket ${deployment.bucket} cannot be deleted, such as ${keys[0]}. Empty it in the dashboard and run the command again.`,
      );
    }
    before = page;
    const path = `${bucketPath(deployment)}/objects`;
    await api.call({
      method: "DELETE",
      path,
      body: keys,
      headers: bucketHeaders(deployment),
      result: z.unknown(),
    });
  }
  await removeRecord({ api, deployment });
}

function removeRecord({ api, deployment }: Pick<DestroyDeps, "api" | "deployment">): Promise<boolean> {
  return removed(api, objectPath(deployment, RECORD_KEY), bucketHeaders(deployment));
}
