/** The stored objects that answers of a project are made of. */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { AirecFile } from "#contract/airec.ts";
import type { Database } from "#db/database.ts";
import { itemMetaData, trainingData } from "#db/schema.ts";
import type { MixedRequest } from "../preview.ts";
import { findServingModel } from "../serving/deployment.ts";
import type { AirecProjectRow } from "./airec-facts.ts";

export interface ReadableProject {
  readonly row: AirecProjectRow;
  /** How its table of items is mapped; null without a table. */
  readonly content: AirecFile | null;
  /** The artifact of its table of items. */
  readonly metadataKey: string | null;
  /** The artifact of its interactions. */
  readonly datasetKey: string | null;
  /** The artifact of its live model, which may be one that its owner trained later. */
  readonly modelKey: string | null;
}

export async function readableProject(db: Database, row: AirecProjectRow): Promise<ReadableProject> {
  const { projectId, itemTableId, interactionsId } = row;
  const [table, data, model] = await Promise.all([
    itemTableId === null ? null : artifactOf(db, itemMetaData, itemTableId),
    interactionsId === null ? null : artifactOf(db, trainingData, interactionsId),
    interactionsId === null ? null : findServingModel(db, projectId),
  ]);
  const content = row.files.find(({ type }) => type === "content") ?? null;
  return { row, content, metadataKey: table, datasetKey: data, modelKey: model?.artifactKey ?? null };
}

async function artifactOf(
  db: Database,
  table: typeof itemMetaData | typeof trainingData,
  id: number,
): Promise<string | null> {
  const isReadable = and(eq(table.id, id), isNotNull(table.artifactKey));
  const [row] = await db
    .select({ key: table.artifactKey })
    .from(table)
    .where(isReadable)
    .orderBy(desc(table.id));
  return row?.key ?? null;
}

/** What a title and a user ask of a project: a content project knows no users, a collaborative one no titles. */
export function askedModels(
  { row: { projectId }, metadataKey, modelKey }: ReadableProject,
  { title, userId }: { readonly title: string | null; readonly userId: string | null },
): Pick<MixedRequest, "content" | "personal"> {
  const hasTitle = metadataKey !== null && title !== null;
  return {
    ...(hasTitle && { content: { metadataKey, title } }),
    ...(modelKey !== null &&
      userId !== null && { personal: { model: { projectId, artifactKey: modelKey }, userId } }),
  };
}
