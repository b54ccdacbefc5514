/** Merged users as the trainer reads them: one object for each user who became another one. */
import { sha256 } from "./artifact-signing.ts";
import { mergeKey, mergesPrefix } from "./keys.ts";

export interface StoredMerge {
  readonly from: string;
  readonly to: string;
  /** When the users were merged, epoch milliseconds. */
  readonly at: number;
}

/** Bytes of the hash that names an object: enough that no two users share a name. */
const NAME_BYTES = 20;
const PAGE = 1000;
const encoder = new TextEncoder();

async function keyOf(projectId: number, from: string): Promise<string> {
  const hash = (await sha256(encoder.encode(from))).subarray(0, NAME_BYTES);
  return mergeKey(projectId, [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
}

export async function putMerge(
  store: Pick<R2Bucket, "put">,
  projectId: number,
  merge: StoredMerge,
): Promise<void> {
  await store.put(await keyOf(projectId, merge.from), JSON.stringify(merge));
}

export async function deleteMerge(
  store: Pick<R2Bucket, "delete">,
  projectId: number,
  from: string,
): Promise<void> {
  await store.delete(await keyOf(projectId, from));
}

/** The merges of a project until a moment. */
export async function* storedMerges(
  store: Pick<R2Bucket, "get" | "list">,
  projectId: number,
  upTo: number,
): AsyncGenerator<StoredMerge> {
  let cursor: string | undefined;
  do {
    const page: R2Objects = await store.list({
      prefix: mergesPrefix(projectId),
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { key } of page.objects) {
      const merge = (await (await store.get(key))?.json()) as StoredMerge | undefined;
      if (merge && merge.at <= upTo) yield merge;
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

/** Who each user is in the end, by the merges that were made until a moment. */
export async function mergedUsers(
  store: Pick<R2Bucket, "get" | "list">,
  projectId: number,
  upTo: number,
): Promise<(userId: string) => string> {
  const merges = new Map<string, string>();
  for await (const { from, to } of storedMerges(store, projectId, upTo)) merges.set(from, to);
  return finalUsers(merges);
}

/** Who each merged user is in the end. A circle, which the database refuses, would end at its first user. */
export function finalUsers(merges: ReadonlyMap<string, string>): (userId: string) => string {
  const known = new Map<string, string>();
  return (userId) => {
    const found = known.get(userId);
    if (found !== undefined) return found;
    let last = userId;
    const passed = new Set([userId]);
    for (let next = merges.get(last); next !== undefined && !passed.has(next); next = merges.get(last)) {
      passed.add(next);
      last = next;
    }
    if (merges.has(userId)) known.set(userId, last);
    return last;
  };
}
