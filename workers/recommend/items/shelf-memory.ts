/** The written items that this isolate knows, per project. */
import { SHELF_KIND } from "#engine/artifact/kinds.ts";
import { shelfOfSections } from "#jobs/item-shelf/packed-shelf.ts";
import type { ItemShelfObject, ShelfSnapshot } from "#jobs/item-shelf/shelf-object.ts";
import type { ArtifactOpener } from "#storage/artifact-store.ts";
import { isUnusable } from "../memory/model-cache.ts";
import { ShelfView } from "./shelf-view.ts";

/** What is younger is used without asking. */
const FRESH_MS = 400;
/** What is younger is used, while the shelf is asked beside the request: so a change counts within a second. */
const USABLE_MS = 900;
/** Items that are older are waited for longer: a hidden item must be gone everywhere within a minute. */
const STALE_MS = 20_000;
/** How long a request waits for items that are stale or unknown. */
const STALE_WAIT_MS = 2_000;
/** Of all projects. A project's own items are always kept. */
const MAX_BYTES = 24 * 1024 * 1024;
const MAX_PROJECTS = 4096;

/** The warning of an answer whose items are late. */
export const LATE_ITEMS = "The newest changes of items did not come in time: the list may lack them.";

export interface KnownItems {
  readonly view: ShelfView;
  /** Whether the shelf did not answer in time: the items are those of the last answer, or none. */
  readonly isLate: boolean;
}

export interface ShelfMemory {
  /** Never rejects: lists without the newest changes are better than none. */
  of(projectId: number): Promise<KnownItems>;
  /** The next request asks the shelf: something was written here. */
  forget(projectId: number): void;
}

export interface ShelfMemoryDeps {
  readonly shelf: (projectId: number) => Pick<ItemShelfObject, "changes">;
  readonly artifacts: ArtifactOpener;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  /** How long an answer waits for items that it knows from a moment ago, milliseconds. */
  readonly waitMs: number;
  readonly logError: (event: string, error: unknown) => void;
}

interface Known {
  view: ShelfView;
  bytes: number;
  /** When the shelf was last asked with success: the view is at least as new. */
  checkedAt: number;
  /** When somebody asked the shelf last. */
  askedAt: number;
}

export function createShelfMemory(deps: ShelfMemoryDeps): ShelfMemory {
  const known = new Map<number, Known>();

  /** Asks the shelf for what changed since. Each request asks for itself: the runtime lets none wait for the call of another one. */
  async function refresh(projectId: number): Promise<ShelfView> {
    const askedAt = deps.now();
    const view = await newest(deps, projectId, known.get(projectId)?.view ?? ShelfView.empty);
    const entry = known.get(projectId);
    // A slower answer of another request may be older.
    if (entry && entry.checkedAt > askedAt) return entry.view;
    known.delete(projectId);
    known.set(projectId, { view, bytes: view.byteLength, checkedAt: askedAt, askedAt });
    makeRoom(known);
    return view;
  }

  async function refreshOrNull(projectId: number): Promise<ShelfView | null> {
    try {
      return await refresh(projectId);
    } catch (error) {
      deps.logError("items_failed", error);
      return null;
    }
  }

  return {
    async of(projectId) {
      const entry = known.get(projectId);
      const now = deps.now();
      const age = entry ? now - entry.checkedAt : Number.POSITIVE_INFINITY;
      if (entry && age < FRESH_MS) return { view: entry.view, isLate: false };
      if (entry && age < USABLE_MS) {
        if (now - entry.askedAt >= FRESH_MS) {
          entry.askedAt = now;
          deps.keep(refreshOrNull(projectId));
        }
        return { view: entry.view, isLate: false };
      }
      const refreshed = refreshOrNull(projectId);
      const limit = deps.sleep(age < STALE_MS ? deps.waitMs : STALE_WAIT_MS).then(() => null);
      const view = await Promise.race([refreshed, limit]);
      if (view) return { view, isLate: false };
      deps.keep(refreshed);
      return { view: entry?.view ?? ShelfView.empty, isLate: true };
    },
    forget(projectId) {
      const entry = known.get(projectId);
      if (entry)
        Object.assign(entry, { checkedAt: Number.NEGATIVE_INFINITY, askedAt: Number.NEGATIVE_INFINITY });
    },
  };
}

/** The view after all changes. */
async function newest(deps: ShelfMemoryDeps, projectId: number, from: ShelfView): Promise<ShelfView> {
  const shelf = deps.shelf(projectId);
  let view = from;
  let isPlain = false;
  for (;;) {
    const { seq, rows, upTo, columns, snapshot } = await shelf.changes(view.seq, isPlain);
    // Of a shelf that was erased and begun again nothing is known.
    if (seq < view.seq) view = ShelfView.empty;
    else if (snapshot) {
      const begun = await viewOfSnapshot(deps, snapshot);
      if (begun) view = begun;
      else isPlain = true;
    } else {
      if (view.seq < seq) view = view.with(rows, rows.length > 0 ? upTo : seq, columns);
      if (view.seq >= seq) return view;
    }
  }
}

/** Null for a snapshot that cannot be read: the rows themselves are in the shelf. */
async function viewOfSnapshot(
  { artifacts, logError }: ShelfMemoryDeps,
  { key, seq }: ShelfSnapshot,
): Promise<ShelfView | null> {
  try {
    const opened = await artifacts.open(key, SHELF_KIND);
    const { shelf, columns } = shelfOfSections((await opened.read()).sections);
    return ShelfView.of(shelf, seq, columns);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    logError("items_snapshot_refused", error);
    return null;
  }
}

/** Drops the projects that were refreshed longest ago. */
function makeRoom(known: Map<number, Known>): void {
  let bytes = [...known.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  for (const [projectId, entry] of known) {
    if ((bytes <= MAX_BYTES && known.size <= MAX_PROJECTS) || known.size === 1) return;
    known.delete(projectId);
    bytes -= entry.bytes;
  }
}
