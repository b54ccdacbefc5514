/**
 * Joins what arrives within a short time into one commit, and answers each part after it. One commit runs at a time: what arrives
 * meanwhile becomes the next, so groups grow with the load and not the waiting time.
 */
export function createGroupCommit<Item, Result>({ commit, wait, keep }: GroupCommitDeps<Item, Result>) {
  let open: Group<Item, Result> | null = null;
  let before: Promise<unknown> = Promise.resolve();

  async function lead(items: readonly Item[], earlier: Promise<unknown>): Promise<readonly Result[]> {
    await wait();
    await earlier;
    open = null;
    return commit(items);
  }

  /** Resolves with the result of the item once its group is committed; rejects with the group. */
  return async (item: Item): Promise<Result> => {
    if (!open) {
      const items: Item[] = [];
      const results = lead(items, before);
      before = results.catch(() => undefined);
      keep(before);
      open = { items, results };
    }
    const { items, results } = open;
    const at = items.push(item) - 1;
    return (await results)[at] as Result;
  };
}

interface Group<Item, Result> {
  readonly items: Item[];
  readonly results: Promise<readonly Result[]>;
}

export interface GroupCommitDeps<Item, Result> {
  /** One result for each item, in order. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** The short time. */
  readonly wait: () => Promise<void>;
  /** Keeps a commit alive whose first caller has gone: others wait for it. */
  readonly keep: (work: Promise<unknown>) => void;
}
