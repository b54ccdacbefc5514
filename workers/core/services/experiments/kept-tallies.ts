/**
 * Tallies of experiments and tests, an object of R2 for each shard of events: a report reads only what came since the one before. Two
 * reports at a time may read the same events; each then writes a whole tally with its place in the log, so the last one counts.
 */
import type { StoredTally } from "#engine/experiment/experiment-tally.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import { abTestsPrefix, experimentsPrefix, tallyKey } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";

type Store = Pick<ServiceDeps, "store">;

const OBJECTS_PER_PAGE = 500;

/** Whose tallies they are, and how they are made. */
export interface TallyPlace {
  /** What the keys of its objects begin with. */
  readonly prefix: string;
  /** The rules that they are made by: another text, and they are made again. */
  readonly rules: string;
}

export interface KeptTally {
  /** The key of the last segment that is in it; null for none. */
  readonly after: string | null;
  /** The id of the last conversion event that is in it; 0 for none. */
  readonly sent: number;
  readonly tally: StoredTally;
}

interface Stored extends Omit<KeptTally, "sent"> {
  readonly rules: string;
  readonly sent?: number;
}

export async function readTally(
  { store }: Store,
  { prefix, rules }: TallyPlace,
  shard: number,
): Promise<KeptTally | null> {
  const object = await store.get(tallyKey(prefix, shard));
  const kept = object && ((await object.json()) as Stored);
  return kept?.rules === rules ? { after: kept.after, sent: kept.sent ?? 0, tally: kept.tally } : null;
}

/** The id after which some shard has no conversion event yet. */
export async function lowestSent({ store }: Store, { prefix, rules }: TallyPlace): Promise<number> {
  const heads = await Promise.all(
    Array.from({ length: EVENT_SHARDS }, (_, shard) => store.head(tallyKey(prefix, shard))),
  );
  return Math.min(
    ...heads.map((head) => {
      const { rules: kept, sent } = head?.customMetadata ?? {};
      return kept === rules ? Number(sent) : 0;
    }),
  );
}

export async function writeTally(
  { store }: Store,
  { prefix, rules }: TallyPlace,
  shard: number,
  kept: KeptTally,
): Promise<void> {
  const stored: Stored = { rules, ...kept };
  const customMetadata = { rules, sent: String(kept.sent) };
  await store.put(tallyKey(prefix, shard), JSON.stringify(stored), { customMetadata });
}

/** Of all experiments and tests of a project. */
export async function dropTallies(deps: Store, projectId: number): Promise<void> {
  await dropTalliesBelow(deps, experimentsPrefix(projectId));
  await dropTalliesBelow(deps, abTestsPrefix(projectId));
}

/** @param prefix Of an experiment, a test, or several of them. */
export async function dropTalliesBelow({ store }: Store, prefix: string): Promise<void> {
  for (;;) {
    const page = await store.list({ prefix, limit: OBJECTS_PER_PAGE });
    const keys = page.objects.map(({ key }) => key);
    if (keys.length > 0) await store.delete(keys);
    if (!page.truncated) return;
  }
}
