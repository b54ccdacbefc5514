import { DurableObject } from "cloudflare:workers";
import { CHECKPOINT_KIND, SHELF_KIND } from "#engine/artifact/kinds.ts";
import { applyWrites } from "#jobs/item-shelf/apply-writes.ts";
import { packShelf, shelfSections } from "#jobs/item-shelf/packed-shelf.ts";
import type { ItemShelfObject, ShelfChanges, ShelfQuery } from "#jobs/item-shelf/shelf-object.ts";
import type { ShelfRow, WriteRequest, WriteResult, WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";
import { namesOfKey } from "#storage/artifact-names.ts";
import type { ArtifactStore } from "#storage/artifact-store.ts";
import { projectPrefix, shelfKey } from "#storage/keys.ts";
import { CLOSED } from "./closed.ts";
import { ShelfRows, type ShelfState } from "./shelf-rows.ts";

/** Rows that callers read one by one; with more of them a snapshot is due. */
const LOOSE_ROWS = 2_000;
/** A snapshot is due as well only if this part of all rows has changed, so that writing costs in proportion to what changes. */
const LOOSE_RATIO = 0.125;
/** A burst of requests is one snapshot. */
const SNAPSHOT_DELAY_MS = 1_000;
/** Of one answer: a call between Workers may have 32 MiB. */
const ANSWER_BYTES = 4 * 1024 * 1024;

export interface ShelfEffects {
  /** Where snapshots lie. */
  readonly artifacts: Pick<ArtifactStore, "put" | "putFirst" | "delete">;
}

/**
 * The items of a project that an application wrote: the shell over `applyWrites`. One object and one thread, so that requests at the
 * same time follow one another, each whole. A change is durable in SQLite before its sender is answered. Snapshots in R2 only make it
 * quicker to read all rows: one that is lost or late costs nothing else.
 */
export abstract class ShelfShell<Env> extends DurableObject<Env> implements ItemShelfObject {
  protected abstract get effects(): ShelfEffects;
  readonly #rows: ShelfRows;
  #state: ShelfState | null;
  /** Whether the project is deleted. */
  #isClosed: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#isClosed = ctx.storage.kv.get(CLOSED) === true;
    this.#rows = new ShelfRows(ctx.storage.sql);
    this.#state = this.#rows.state();
  }

  async write(projectId: number, request: WriteRequest): Promise<readonly WriteResult[] | null> {
    if (this.#isClosed) return null;
    const state = this.#opened(projectId);
    const before = {
      find: (itemId: string) => this.#rows.find(itemId),
      columns: this.#rows.columns(),
      ...state,
    };
    const { results, changed, added } = applyWrites(before, request, Date.now());
    await this.#store(state, changed, added);
    return results;
  }

  async changes(since: number, isPlain: boolean): Promise<ShelfChanges> {
    const state = this.#state;
    if (!state || state.seq === since) {
      return { seq: state?.seq ?? 0, rows: [], upTo: state?.seq ?? 0, columns: [], snapshot: null };
    }
    const { seq, projectId, snapshotSeq } = state;
    const columns = this.#rows.columns();
    const mayBegin = !isPlain && snapshotSeq !== null && since < snapshotSeq;
    if (mayBegin && this.#rows.countSince(since) > LOOSE_ROWS) {
      const snapshot = { key: shelfKey(projectId, snapshotSeq), seq: snapshotSeq };
      return { seq, rows: [], upTo: since, columns, snapshot };
    }
    const rows = this.#rows.since(since, ANSWER_BYTES);
    return { seq, rows, upTo: rows.at(-1)?.seq ?? seq, columns, snapshot: null };
  }

  async find(itemIds: readonly string[]): Promise<readonly (ShelfRow | null)[]> {
    return itemIds.map((itemId) => (this.#state ? this.#rows.find(itemId) : null));
  }

  async list(query: ShelfQuery): Promise<readonly ShelfRow[]> {
    return this.#state ? this.#rows.list(query) : [];
  }

  async hasProperties(): Promise<boolean> {
    return this.#state !== null && this.#rows.hasProperties();
  }

  async copyTo(key: string): Promise<boolean> {
    const state = this.#state;
    if (!state || state.rows === 0 || !key.startsWith(projectPrefix(state.projectId))) return false;
    // Read in one go, so that it is the state of one moment.
    const sections = shelfSections(packShelf(this.#rows.all()), this.#rows.columns());
    const meta = { ...namesOfKey(key), shelf_seq: state.seq };
    await this.effects.artifacts.putFirst(key, { kind: CHECKPOINT_KIND, meta, sections });
    return true;
  }

  async restore(
    projectId: number,
    rows: readonly ShelfRow[],
    columns: readonly WrittenColumn[],
  ): Promise<void> {
    const state = this.#opened(projectId);
    const numbered = rows.map((row, at) => ({ ...row, seq: state.seq + 1 + at }));
    await this.#store(state, numbered, columns);
  }

  async forget(isClosed: boolean): Promise<void> {
    this.#isClosed = isClosed;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    if (isClosed) this.ctx.storage.kv.put(CLOSED, true);
    this.#state = null;
  }

  /** Writes the snapshot that is due. A kill at any point leaves a planned one, which the next alarm deletes and writes again. */
  override async alarm(): Promise<void> {
    const begun = this.#state;
    if (!begun || !this.#isDue(begun)) return;
    const { projectId, seq, snapshotSeq, plannedSeq } = begun;
    if (plannedSeq !== null && plannedSeq !== snapshotSeq) {
      await this.effects.artifacts.delete(shelfKey(projectId, plannedSeq));
    }
    // Read in one go, so that it is the state of one moment.
    const shelf = packShelf(this.#rows.all());
    const sections = shelfSections(shelf, this.#rows.columns());
    this.#change({ plannedSeq: seq });
    const meta = { project_id: projectId, shelf_seq: seq };
    await this.effects.artifacts.put(shelfKey(projectId, seq), { kind: SHELF_KIND, meta, sections });
    // The one before stays until the next: readers may be on their way to it.
    this.#change({ snapshotSeq: seq, plannedSeq: snapshotSeq });
    await this.#arm();
  }

  #opened(projectId: number): ShelfState {
    if (this.#state) return this.#state;
    this.#rows.createTables();
    this.#state = { projectId, seq: 0, rows: 0, bytes: 0, snapshotSeq: null, plannedSeq: null };
    return this.#state;
  }

  async #store(
    state: ShelfState,
    rows: readonly ShelfRow[],
    columns: readonly WrittenColumn[],
  ): Promise<void> {
    if (rows.length === 0 && columns.length === 0) return;
    this.#state = this.ctx.storage.transactionSync(() => this.#rows.save(state, rows, columns));
    await this.#arm();
    await this.ctx.storage.sync();
  }

  #change(changes: Partial<ShelfState>): void {
    if (!this.#state) return;
    this.#state = { ...this.#state, ...changes };
    this.#rows.saveState(this.#state);
  }

  #isDue({ snapshotSeq, rows }: ShelfState): boolean {
    const loose = this.#rows.countSince(snapshotSeq ?? 0);
    return loose > LOOSE_ROWS && loose > LOOSE_RATIO * rows;
  }

  async #arm(): Promise<void> {
    if (!this.#state || !this.#isDue(this.#state)) return;
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm(Date.now() + SNAPSHOT_DELAY_MS);
  }
}
