/** Tests of two slots: draft, running, completed; then one of the slots may take all requests. */
import { and, eq, inArray } from "drizzle-orm";
import type { AbTestRequest, AbTestStatus } from "#contract/ab-test.ts";
import { abTest } from "#db/experiment-schema.ts";
import { deploymentSlot } from "#db/schema.ts";
import { abTestPrefix } from "#storage/keys.ts";
import { referable, requireReference } from "../access/references.ts";
import { AppError, fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type AbTestRow, abTestCodec } from "../resources/ab-test.ts";
import { rebuildManifest } from "../serving/routing.ts";
import type { Viewer } from "../viewer.ts";
import { announcingOfProject, batchAndTell } from "../webhooks/announce.ts";
import { dropTalliesBelow } from "./kept-tallies.ts";

type Deps = Pick<ServiceDeps, "db" | "routing" | "clock" | "sleep" | "wakeAddress">;

/** A step that the test's state does not allow. */
export class AbTestRefusal extends AppError {
  constructor(message: string) {
    super("invalid", message);
  }
}

const ONLY_DRAFTS = "Can only start tests in DRAFT status";
const ONLY_RUNNING = "Can only stop RUNNING tests";
const ONLY_COMPLETED = "Can only promote winner of COMPLETED tests";
const NO_SLOT_OF_TEST = "slot_id must be one of the test slots";
const FULL_WEIGHT = 100;

export async function createAbTest(deps: Deps, viewer: Viewer, request: AbTestRequest): Promise<AbTestRow> {
  const { db, clock } = deps;
  const { id } = await requireReference(db, viewer, referable.project, "project", request.project);
  await requireSlots(deps, id, request);
  const now = clock();
  const [row] = await db
    .insert(abTest)
    .values({ ...abTestCodec.set(request), status: "DRAFT", createdAt: now, updatedAt: now })
    .returning();
  return row as AbTestRow;
}

export async function updateAbTest(
  deps: Deps,
  row: AbTestRow,
  changes: Partial<AbTestRequest>,
): Promise<AbTestRow> {
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "A test stays in its project.");
  }
  await requireSlots(deps, row.projectId, changes);
  const [updated] = await deps.db
    .update(abTest)
    .set({ ...abTestCodec.set(changes), updatedAt: deps.clock() })
    .where(eq(abTest.id, row.id))
    .returning();
  return updated ?? row;
}

export async function deleteAbTest(
  { db, store }: Pick<ServiceDeps, "db" | "store">,
  { id, projectId }: AbTestRow,
): Promise<void> {
  await db.delete(abTest).where(eq(abTest.id, id));
  await dropTalliesBelow({ store }, abTestPrefix(projectId, id));
}

async function requireSlots(
  { db }: Pick<Deps, "db">,
  projectId: number,
  { control_slot, variant_slot }: Partial<Pick<AbTestRequest, "control_slot" | "variant_slot">>,
): Promise<void> {
  const asked = { control_slot, variant_slot };
  const ids = Object.values(asked).filter((id) => id !== undefined);
  if (ids.length === 0) return;
  const own = await db
    .select({ id: deploymentSlot.id })
    .from(deploymentSlot)
    .where(and(inArray(deploymentSlot.id, ids), eq(deploymentSlot.projectId, projectId)));
  const known = new Set(own.map(({ id }) => id));
  for (const [field, id] of Object.entries(asked)) {
    if (id === undefined || known.has(id)) continue;
    const which = field === "control_slot" ? "Control" : "Variant";
    throw fieldError(field, `${which} slot does not belong to this project.`);
  }
}

/** Begins to count: events from now on. */
export function startAbTest(deps: Deps, row: AbTestRow): Promise<AbTestRow> {
  return advance(deps, row, { from: "DRAFT", to: "RUNNING", refusal: ONLY_DRAFTS, stamp: "startedAt" });
}

/** Ends to count. */
export function stopAbTest(deps: Deps, row: AbTestRow): Promise<AbTestRow> {
  return advance(deps, row, { from: "RUNNING", to: "COMPLETED", refusal: ONLY_RUNNING, stamp: "endedAt" });
}

interface Step {
  readonly from: AbTestStatus;
  readonly to: AbTestStatus;
  readonly refusal: string;
  readonly stamp: "startedAt" | "endedAt";
}

/** Of two calls at a time, one advances the test. */
async function advance({ db, clock }: Deps, { id }: AbTestRow, step: Step): Promise<AbTestRow> {
  const now = clock();
  const [row] = await db
    .update(abTest)
    .set({ status: step.to, [step.stamp]: now, updatedAt: now })
    .where(and(eq(abTest.id, id), eq(abTest.status, step.from)))
    .returning();
  if (row === undefined) throw new AbTestRefusal(step.refusal);
  return row;
}

/**
 * Gives all requests to one slot of a completed test: full weight for it, and the other one is switched off. If new models go live in the
 * other one, they go live in the winner from now on.
 *
 * @param asked The slot's id.
 */
export async function promoteWinner(deps: Deps, row: AbTestRow, asked: unknown): Promise<number> {
  if (row.status !== "COMPLETED") throw new AbTestRefusal(ONLY_COMPLETED);
  const { controlSlotId, variantSlotId } = row;
  if (asked !== controlSlotId && asked !== variantSlotId) throw new AbTestRefusal(NO_SLOT_OF_TEST);
  const winner = asked as number;
  const loser = winner === controlSlotId ? variantSlotId : controlSlotId;
  const { db, clock } = deps;
  const now = clock();
  const [old] = await db.select().from(deploymentSlot).where(eq(deploymentSlot.id, loser));
  // The winner last: a slot that is tested against itself stays on, and only one slot is the default.
  const statements = [
    db
      .update(deploymentSlot)
      .set({ isActive: false, isDefault: false, updatedAt: now })
      .where(eq(deploymentSlot.id, loser)),
    db
      .update(deploymentSlot)
      .set({
        ...{ isActive: true, isShadow: false, weight: FULL_WEIGHT, updatedAt: now },
        ...(old?.isDefault && { isDefault: true }),
      })
      .where(and(eq(deploymentSlot.id, winner), eq(deploymentSlot.projectId, row.projectId))),
    db.update(abTest).set({ winnerSlotId: winner, updatedAt: now }).where(eq(abTest.id, row.id)),
  ];
  const announcements = [
    announcingOfProject(db, {
      event: "experiment_decided",
      key: `experiment_decided:ab_test:${row.id}:${winner}`,
      data: {
        ...{ project: row.projectId, ab_test: row.id, experiment: null, verdict: "promoted" },
        ...{ winner_slot: winner, reason: "The slot was promoted." },
      },
      now,
    }),
  ];
  await batchAndTell(deps, statements, { announcements });
  await rebuildManifest(deps, row.projectId);
  return winner;
}
