/**
 * An import writes into a hidden project, together with a request to erase that project. During the import it renews the lease of
 * that request; at its end it withdraws the request and shows the project, in one step. If it is killed, the lease ends and its
 * rows are erased like any deleted project.
 */
import { and, eq, sql } from "drizzle-orm";
import { EMPTY_REPORT } from "#contract/deletion.ts";
import { deletion } from "#db/deletion-schema.ts";
import { isHeld, type Lease, RELEASED, renewLease } from "#db/lease.ts";
import { evaluationConfig, project, splitConfig } from "#db/schema.ts";
import { DELETION_LEASE_MS, type DeletionDeps } from "../erasure/deletion-slice.ts";
import { advanceDeletion } from "../erasure/deletions.ts";

type NewProject = Omit<typeof project.$inferInsert, "deletedAt" | "createdAt" | "updatedAt">;

export class ImportGuard {
  readonly projectId: number;
  /** The deletion that waits for this import to fail. */
  readonly orderId: number;
  readonly #deps: DeletionDeps;
  #lease: Lease;

  private constructor(deps: DeletionDeps, projectId: number, lease: Lease) {
    this.#deps = deps;
    this.projectId = projectId;
    this.orderId = lease.id;
    this.#lease = lease;
  }

  static async open(deps: DeletionDeps, row: NewProject): Promise<ImportGuard> {
    const { db } = deps;
    const now = deps.clock();
    const leaseUntil = now + DELETION_LEASE_MS;
    const { ownerId } = row;
    const dated = { createdAt: now, updatedAt: now };
    const order = {
      kind: "IMPORT",
      ownerId,
      requestedBy: ownerId,
      report: EMPTY_REPORT,
      leaseUntil,
    } as const;
    const [[made], [ordered]] = await db.batch([
      db
        .insert(project)
        .values({ ...row, ...dated, deletedAt: now })
        .returning({ id: project.id }),
      db
        .insert(deletion)
        .values({ ...order, ...dated, projectId: sql`last_insert_rowid()` })
        .returning({ id: deletion.id }),
    ]);
    if (made === undefined || ordered === undefined) throw new Error("insert returned no row");
    return new ImportGuard(deps, made.id, { id: ordered.id, leaseUntil });
  }

  /** Call it between steps of at most half a minute. Throws when the project is being erased already. */
  async renew(): Promise<void> {
    const { db, clock } = this.#deps;
    const renewed = await renewLease(db, deletion, this.#lease, { now: clock(), ttl: DELETION_LEASE_MS });
    if (renewed === null) throw new Error("the import took too long between two steps and was given up");
    this.#lease = renewed;
  }

  /** Shows the project. Throws the database's error when another project has its name by now. */
  async finish(): Promise<void> {
    const { db } = this.#deps;
    const order = sql`exists (select 1 from ${deletion} where ${this.#isMine()})`;
    const [shown] = await db.batch([
      db
        .update(project)
        .set({ deletedAt: null })
        .where(and(eq(project.id, this.projectId), order))
        .returning({ id: project.id }),
      db.update(splitConfig).set({ importId: null }).where(eq(splitConfig.importId, this.orderId)),
      db.update(evaluationConfig).set({ importId: null }).where(eq(evaluationConfig.importId, this.orderId)),
      db.delete(deletion).where(this.#isMine()),
    ]);
    if (shown.length === 0) throw new Error("the import took too long and was given up");
  }

  /** Begins to erase the written rows; the cron continues with the rest. */
  async rollBack(): Promise<void> {
    await this.#deps.db.update(deletion).set(RELEASED).where(this.#isMine());
    await advanceDeletion(this.#deps, this.orderId);
  }

  #isMine() {
    return isHeld(deletion, this.#lease);
  }
}
