/**
 * Tallies of experiments, an object of R2 for each shard of events: a report reads only the segments that came since the one before. Two
 * reports at a time may read the same segments; each then writes a whole tally with its place in the log, so the last one counts.
 */
import type { StoredTally } from "#engine/experiment/experiment-tally.ts";
import { experimentPrefix, experimentsPrefix, experimentTallyKey } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";

type Store = Pick<ServiceDeps, "store">;

const OBJECTS_PER_PAGE = 500;

export interface KeptTally {
  /** The rules that it was made by: another text, and it is made again. */
  readonly rules: string;
  /** The key of the last segment that is in it; null for none. */
  readonly after: string | null;
  readonly tally: StoredTally;
}

export async function readTally(
  { store }: Store,
  { projectId, id }: { readonly projectId: number; readonly id: number },
  shard: number,
  rules: string,
): Promise<KeptTally | null> {
  const object = await store.get(experimentTallyKey(projectId, id, shard));
  const kept = object && ((await object.json()) as KeptTally);
  return kept?.rules === rules ? kept : null;
}

export async function writeTally(
  { store }: Store,
  { projectId, id }: { readonly projectId: number; readonly id: number },
  shard: number,
  kept: KeptTally,
): Promise<void> {
  await store.put(experimentTallyKey(projectId, id, shard), JSON.stringify(kept));
}

/** Of all experiments of a project. */
export async function dropTallies(deps: Store, projectId: number): Promise<void> {
  await dropBelow(deps, experimentsPrefix(projectId));
}

export async function dropTalliesOf(deps: Store, projectId: number, experimentId: number): Promise<void> {
  await dropBelow(deps, experimentPrefix(projectId, experimentId));
}

async function dropBelow({ store }: Store, prefix: string): Promise<void> {
  for (;;) {
    const page = await store.list({ prefix, limit: OBJECTS_PER_PAGE });
    const keys = page.objects.map(({ key }) => key);
    if (keys.length > 0) await store.delete(keys);
    if (!page.truncated) return;
  }
}
