/** Saved rules: checked against the project's catalogue when they are saved, and published with the project's entry. */
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { MAX_SAVED_RULES, type SavedRuleRequest } from "#contract/saved-rule.ts";
import { isUniqueViolation } from "#db/database.ts";
import { insertWhere } from "#db/insert-where.ts";
import { savedRule } from "#db/rule-schema.ts";
import { itemMetaData } from "#db/schema.ts";
import { referable, requireReference } from "../access/references.ts";
import { AppError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { refuseOverloaded } from "../preview.ts";
import { type SavedRuleRow, savedRuleCodec, savedRules } from "../resources/saved-rule.ts";
import { rebuildManifest } from "../serving/routing.ts";
import type { Viewer } from "../viewer.ts";

type Deps = Pick<ServiceDeps, "db" | "routing" | "clock" | "preview" | "sleep">;

const NAME_TAKEN = "A rule of this project has this name already.";
const TOO_MANY = `A project has at most ${MAX_SAVED_RULES} rules. Delete one first.`;
const IS_OVER = "The rule would be over already: this time is in the past.";
const WRONG_ORDER = "The rule must end after it starts.";

export async function createSavedRule(
  deps: Deps,
  viewer: Viewer,
  request: SavedRuleRequest,
): Promise<SavedRuleRow> {
  const owned = await requireReference(deps.db, viewer, referable.project, "project", request.project);
  const times = timesOf(request);
  refuseWrongOrder(times.startsAt, times.endsAt);
  refusePastEnd(times.endsAt, deps.clock());
  const kind = await checkedKind(deps, owned.id, request.rule);
  const now = deps.clock();
  const values = {
    ...savedRuleCodec.set(request),
    ...times,
    projectId: owned.id,
    kind,
    createdAt: now,
    updatedAt: now,
  };
  const hasRoom = sql`(select count(*) from saved_rule where project_id = ${owned.id}) < ${MAX_SAVED_RULES}`;
  const [row] = await orNameTaken(insertWhere(deps.db, savedRule, values, hasRoom));
  if (row === undefined) throw fieldError("project", TOO_MANY);
  await rebuildManifest(deps, owned.id);
  return row;
}

/** Changes a rule. Its text is checked again only if it changes, so that a rule that no longer fits can still be switched off. */
export async function updateSavedRule(
  deps: Deps,
  row: SavedRuleRow,
  changes: Partial<SavedRuleRequest>,
): Promise<SavedRuleRow> {
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "A rule stays in its project.");
  }
  const times = timesOf(changes);
  refuseWrongOrder(
    times.startsAt === undefined ? row.startsAt : times.startsAt,
    times.endsAt === undefined ? row.endsAt : times.endsAt,
  );
  if (times.endsAt !== row.endsAt) refusePastEnd(times.endsAt, deps.clock());
  const isOther = changes.rule !== undefined && changes.rule !== row.rule;
  const kind = isOther ? await checkedKind(deps, row.projectId, changes.rule as string) : row.kind;
  const update = deps.db
    .update(savedRule)
    .set({ ...savedRuleCodec.set(changes), ...times, kind, updatedAt: deps.clock() })
    .where(eq(savedRule.id, row.id))
    .returning();
  const [updated] = await orNameTaken(update);
  if (updated === undefined) throw notFound(savedRules.model);
  await rebuildManifest(deps, row.projectId);
  return updated;
}

export async function deleteSavedRule(deps: Deps, row: SavedRuleRow): Promise<void> {
  await deps.db.delete(savedRule).where(eq(savedRule.id, row.id));
  await rebuildManifest(deps, row.projectId);
}

/** Times that a request sets: undefined where it sets none. */
function timesOf({ starts_at, ends_at }: Partial<SavedRuleRequest>) {
  return { startsAt: millisOf(starts_at), endsAt: millisOf(ends_at) };
}

function millisOf(time: string | null | undefined): number | null | undefined {
  return typeof time === "string" ? Date.parse(time) : time;
}

function refuseWrongOrder(startsAt: number | null | undefined, endsAt: number | null | undefined): void {
  if (typeof startsAt === "number" && typeof endsAt === "number" && endsAt <= startsAt) {
    throw fieldError("ends_at", WRONG_ORDER);
  }
}

/** To end a rule at once it is switched off. */
function refusePastEnd(endsAt: number | null | undefined, now: number): void {
  if (typeof endsAt === "number" && endsAt <= now) throw fieldError("ends_at", IS_OVER);
}

/** The kind of a rule that fits the project's newest item metadata and written items; throws a field error with the place of its fault. */
export async function checkedKind(
  { db, preview }: Pick<Deps, "db" | "preview">,
  projectId: number,
  rule: string,
): Promise<SavedRuleRow["kind"]> {
  const [metadata] = await db
    .select({ artifactKey: itemMetaData.artifactKey })
    .from(itemMetaData)
    .where(and(eq(itemMetaData.projectId, projectId), isNotNull(itemMetaData.artifactKey)))
    .orderBy(desc(itemMetaData.id))
    .limit(1);
  const result = await preview.checkRule({ projectId, metadataKey: metadata?.artifactKey ?? null }, rule);
  refuseOverloaded(result);
  if (!result.ok)
    throw new AppError("conflict", "The project's item metadata cannot be read. Upload it again.");
  if ("problem" in result.value) throw fieldError("rule", result.value.problem);
  return result.value.kind;
}

async function orNameTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error, "saved_rule.name") ? fieldError("name", NAME_TAKEN) : error;
  }
}
