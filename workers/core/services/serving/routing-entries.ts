/** The correct value of each entry of KV, from the database alone. */
import { and, asc, desc, eq, isNotNull, isNull, like, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { EventSettings } from "#contract/event-settings.ts";
import { weightRuleOf } from "#contract/weight-rule.ts";
import type { Database } from "#db/database.ts";
import { experiment } from "#db/experiment-schema.ts";
import { savedRule } from "#db/rule-schema.ts";
import { account, apiKey, itemMetaData, project, trainedModel, userMetaData } from "#db/schema.ts";
import {
  entryOf,
  type KeyRecord,
  keyEntry,
  type ModelReference,
  manifestEntry,
  type RoutingManifest,
  type SavedRule,
  type ShadowSlot,
} from "#storage/routing-store.ts";
import type { SavedRuleRow } from "../resources/saved-rule.ts";
import { type ServableModel, type ServedSlot, type Shadow, trafficSlots } from "./served-slots.ts";

/** The condition that a column has one of many values, as one bound parameter. */
export function isOneOf(column: SQLiteColumn, values: readonly (string | number)[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(values)}))`;
}

/** The texts of these entries by name; null for an entry that must not exist. */
export async function wantedEntries(
  db: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const entries = names.map(entryOf);
  const hashes = entries.flatMap((entry) => (entry && "keyHash" in entry ? [entry.keyHash] : []));
  const projectIds = entries.flatMap((entry) => (entry && "projectId" in entry ? [entry.projectId] : []));
  const wanted = new Map<string, string | null>(names.map((name) => [name, null]));
  for (const [hash, record] of await keyRecords(db, hashes)) {
    wanted.set(keyEntry(hash), JSON.stringify(record));
  }
  for (const manifest of await manifests(db, projectIds)) {
    wanted.set(manifestEntry(manifest.project_id), JSON.stringify(manifest));
  }
  return wanted;
}

/** Valid keys: not revoked, of an open account, of a project that is not deleted. */
async function keyRecords(
  db: Database,
  hashes: readonly string[],
): Promise<(readonly [string, KeyRecord])[]> {
  if (hashes.length === 0) return [];
  const rows = await db
    .select({ key: apiKey })
    .from(apiKey)
    .innerJoin(account, and(eq(account.id, apiKey.ownerId), eq(account.isActive, true)))
    .innerJoin(project, and(eq(project.id, apiKey.projectId), isNull(project.deletedAt)))
    .where(and(isOneOf(apiKey.keyHash, hashes), eq(apiKey.isActive, true)));
  return rows.map(({ key }) => {
    const { id, projectId, scopes, expiresAt, isBrowser, allowedOrigins } = key;
    const browser = isBrowser && { browser: { allowed_origins: allowedOrigins ?? [] } };
    return [
      key.keyHash,
      { id, project_id: projectId, scopes, expires_at: expiresAt, ...browser, ...limitsOf(key) },
    ];
  });
}

function limitsOf({ requestsPerSecond, requestsPerMinute }: typeof apiKey.$inferSelect) {
  if (requestsPerSecond === null && requestsPerMinute === null) return {};
  return { limits: { per_second: requestsPerSecond, per_minute: requestsPerMinute } };
}

async function manifests(db: Database, projectIds: readonly number[]): Promise<RoutingManifest[]> {
  if (projectIds.length === 0) return [];
  const [alive, metadata, users, rules, experiments, moved] = await db.batch([
    db
      .select({
        id: project.id,
        allowedOrigins: project.allowedOrigins,
        traffic: project.traffic,
        eventSettings: project.eventSettings,
      })
      .from(project)
      .where(and(isOneOf(project.id, projectIds), isNull(project.deletedAt))),
    db
      .select({ projectId: itemMetaData.projectId, artifactKey: itemMetaData.artifactKey })
      .from(itemMetaData)
      .where(and(isOneOf(itemMetaData.projectId, projectIds), isNotNull(itemMetaData.artifactKey)))
      .orderBy(desc(itemMetaData.id)),
    db
      .select({ projectId: userMetaData.projectId, artifactKey: userMetaData.artifactKey })
      .from(userMetaData)
      .where(and(isOneOf(userMetaData.projectId, projectIds), isNotNull(userMetaData.artifactKey)))
      .orderBy(desc(userMetaData.id)),
    db
      .select()
      .from(savedRule)
      .where(and(isOneOf(savedRule.projectId, projectIds), eq(savedRule.isEnabled, true)))
      .orderBy(desc(savedRule.priority), asc(savedRule.id)),
    db
      .select()
      .from(experiment)
      .where(and(isOneOf(experiment.projectId, projectIds), eq(experiment.status, "RUNNING")))
      .orderBy(asc(experiment.id)),
    db
      .select({
        id: trainedModel.id,
        projectId: trainedModel.projectId,
        artifactKey: trainedModel.artifactKey,
      })
      .from(trainedModel)
      .where(and(isOneOf(trainedModel.projectId, projectIds), like(trainedModel.artifactKey, "%/erased/%")))
      .orderBy(asc(trainedModel.id)),
  ]);
  return Promise.all(
    alive.map(async ({ id, allowedOrigins, traffic, eventSettings }) => {
      const { slots, shadows } = await trafficSlots(db, id);
      return {
        v: 1 as const,
        project_id: id,
        slots: slots.map(toManifestSlot),
        metadata_key: metadata.find(({ projectId }) => projectId === id)?.artifactKey ?? null,
        user_metadata_key: users.find(({ projectId }) => projectId === id)?.artifactKey ?? null,
        allowed_origins: allowedOrigins ?? [],
        rules: rules.filter(({ projectId }) => projectId === id).map(toManifestRule),
        ...(shadows.length > 0 && { shadows: shadows.map(toManifestShadow) }),
        ...servedExperiments(
          experiments.filter(({ projectId }) => projectId === id),
          slots,
        ),
        ...movedModels(moved.filter(({ projectId }) => projectId === id)),
        ...(traffic && { traffic }),
        ...(eventSettings && { events: toManifestEvents(eventSettings) }),
      };
    }),
  );
}

/** An experiment whose slot is gone or switched off is not served: requests go by the weights of slots again. */
function servedExperiments(rows: readonly (typeof experiment.$inferSelect)[], slots: readonly ServedSlot[]) {
  const answers = (slotId: number | null) => slots.some(({ id }) => id === slotId);
  const tested = rows.find(({ kind }) => kind !== "holdout");
  const holdout = rows.find(({ kind }) => kind === "holdout");
  const arms = tested?.variants.map(({ slot }, at) => ({
    slot_id: slot ?? 0,
    share: tested.periods.at(-1)?.shares[at] ?? 0,
  }));
  const [baseline] = holdout?.variants ?? [];
  const isBaselineThere = baseline && (baseline.slot === null || answers(baseline.slot));
  return {
    ...(tested &&
      tested.kind !== "holdout" &&
      arms?.every(({ slot_id }) => answers(slot_id)) && {
        experiment: { id: tested.id, kind: tested.kind, arms },
      }),
    ...(holdout &&
      isBaselineThere && { holdout: { id: holdout.id, share: baseline.weight, slot_id: baseline.slot } }),
  };
}

function movedModels(rows: readonly { readonly id: number; readonly artifactKey: string | null }[]) {
  const moved = rows.flatMap(({ id, artifactKey }) =>
    artifactKey === null ? [] : [{ id, artifact_key: artifactKey }],
  );
  return moved.length > 0 ? { moved_models: moved } : {};
}

function toManifestSlot({ id, name, weight, model, fallback }: ServedSlot): RoutingManifest["slots"][number] {
  return { id, name, weight, model: referenceOf(model), previous: fallback && referenceOf(fallback) };
}

function toManifestShadow({ id, name, rate, model }: Shadow): ShadowSlot {
  return { id, name, rate, model: referenceOf(model) };
}

function toManifestEvents(settings: EventSettings): NonNullable<RoutingManifest["events"]> {
  const { seen_rule, seen_days, seen_types, event_weights: weights } = settings;
  const rule = weightRuleOf(settings);
  return { seen_rule, seen_days, seen_types, weights, ...(rule && { rule }) };
}

function toManifestRule({ id, name, rule, priority, startsAt, endsAt }: SavedRuleRow): SavedRule {
  return { id, name, rule, priority, from: startsAt, to: endsAt };
}

function referenceOf({ id, artifactKey, version, createdAt }: ServableModel): ModelReference {
  return { id, artifact_key: artifactKey, version, trained_at: createdAt };
}
