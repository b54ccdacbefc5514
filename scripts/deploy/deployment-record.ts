/**
 * What a deployment has made on the account, kept in its own bucket. R2 is consistent at once, and the record goes with what it
 * records. It tells our Workers from others that have the name, what `--destroy` may remove, and where an interrupted run stopped.
 */
import * as z from "zod";
import type { CloudflareApi } from "./cloudflare-api.ts";
import { DeployProblem } from "./deploy-problem.ts";
import type { Deployment } from "./deployment.ts";
import { bucketHeaders, objectPath } from "./resources.ts";

/** Outside of `projects/`, so that nothing of Edgewise reads, lists or sweeps it. */
export const RECORD_KEY = "deployment.json";

const deploymentRecord = z.object({
  v: z.literal(1),
  /** Such as `worker edgewise-api`, written before it is made. What was there before is not in it. */
  made: z.array(z.string()),
  /** By Worker: the tag of the version whose upload ended well, triggers included. */
  uploaded: z.record(z.string(), z.string()),
  /** Names of settings that a run has begun to send, and that some Worker may lack. */
  unsent: z.array(z.string()),
  /** Whether all Workers have once been there. */
  finished: z.boolean(),
});
export type DeploymentRecord = z.infer<typeof deploymentRecord>;

export const EMPTY_RECORD: DeploymentRecord = { v: 1, made: [], uploaded: {}, unsent: [], finished: false };

export type Made = `${"worker" | "bucket" | "namespace" | "database" | "queue"} ${string}`;

export interface RecordKeeper {
  readonly current: DeploymentRecord;
  /** Writes what differs from before; nothing when nothing does. */
  change(changes: Partial<DeploymentRecord>): Promise<void>;
  has(thing: Made): boolean;
}

/** The record of a deployment; null where the bucket has none. Throws `DeployProblem` for one that this version cannot read. */
export async function readRecord(
  api: CloudflareApi,
  deployment: Deployment,
): Promise<DeploymentRecord | null> {
  const text = await api.text(objectPath(deployment, RECORD_KEY), bucketHeaders(deployment));
  if (text === null) return null;
  const parsed = deploymentRecord.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new DeployProblem(
    `The object ${RECORD_KEY} in the bucket ${deployment.bucket} is no record of a deployment that this version can read. ` +
      "Deploy with the version that wrote it.",
  );
}

export function keepRecord(
  api: CloudflareApi,
  deployment: Deployment,
  found: DeploymentRecord,
): RecordKeeper {
  let current = found;
  return {
    get current() {
      return current;
    },
    has: (thing) => current.made.includes(thing),
    async change(changes) {
      const next = { ...current, ...changes };
      if (JSON.stringify(next) === JSON.stringify(current)) return;
      await api.call({
        method: "PUT",
        path: objectPath(deployment, RECORD_KEY),
        body: next,
        headers: bucketHeaders(deployment),
        result: z.unknown(),
      });
      current = next;
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
