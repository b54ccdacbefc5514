import { and, asc, desc, eq, isNotNull } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database } from "#db/database.ts";
import { deploymentSlot, itemMetaData, project, trainedModel } from "#db/schema.ts";
import {
  deleteManifest,
  type KeyValueStore,
  type ModelReference,
  putManifest,
} from "#storage/routing-store.ts";

export interface RoutingDeps {
  readonly db: Database;
  readonly routing: KeyValueStore;
}

/**
 * Writes what serving needs to know of a project, from the database and nothing else: call it after any change to slots, models
 * or item metadata. Locations see it within 60 s.
 */
export async function rebuildManifest({ db, routing }: RoutingDeps, projectId: number): Promise<void> {
  if (!(await isAlive(db, projectId))) return deleteManifest(routing, projectId);
  const previous = alias(trainedModel, "previous");
  const rows = await db
    .select({ slot: deploymentSlot, model: trainedModel, previous })
    .from(deploymentSlot)
    .innerJoin(trainedModel, eq(trainedModel.id, deploymentSlot.modelId))
    .leftJoin(previous, eq(previous.id, deploymentSlot.previousModelId))
    .where(and(eq(deploymentSlot.projectId, projectId), eq(deploymentSlot.isActive, true)))
    .orderBy(asc(deploymentSlot.id));
  const [metadata] = await db
    .select({ artifactKey: itemMetaData.artifactKey })
    .from(itemMetaData)
    .where(and(eq(itemMetaData.projectId, projectId), isNotNull(itemMetaData.artifactKey)))
    .orderBy(desc(itemMetaData.id))
    .limit(1);
  const slots = rows.flatMap(({ slot, model, previous: before }) => {
    const current = referenceOf(model);
    if (!current) return [];
    return [
      { id: slot.id, name: slot.name, weight: slot.weight, model: current, previous: referenceOf(before) },
    ];
  });
  const metadataKey = metadata?.artifactKey ?? null;
  await putManifest(routing, { v: 1, project_id: projectId, slots, metadata_key: metadataKey });
}

async function isAlive(db: Database, projectId: number): Promise<boolean> {
  const [row] = await db
    .select({ deletedAt: project.deletedAt })
    .from(project)
    .where(eq(project.id, projectId));
  return row?.deletedAt === null;
}

function referenceOf(model: { id: number; artifactKey: string | null } | null): ModelReference | null {
  return model?.artifactKey ? { id: model.id, artifact_key: model.artifactKey } : null;
}
