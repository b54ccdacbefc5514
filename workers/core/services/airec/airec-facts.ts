/** The rows that the state of AiREC's projects follows from, for many projects in a few statements. */
import { and, desc, eq } from "drizzle-orm";
import type { airecProject } from "#db/airec-schema.ts";
import type { Database } from "#db/database.ts";
import { itemMetaData, modelConfiguration, trainedModel, trainingData } from "#db/schema.ts";
import { isOneOf } from "../serving/routing-entries.ts";
import type { AirecFacts, FileFacts } from "./airec-step.ts";

export type AirecProjectRow = typeof airecProject.$inferSelect;

/** The name of the configuration that its model is trained by; the owner may train others beside it. */
export const CONFIGURATION_NAME = "AiREC collaborative";

/** By project. */
export async function airecFacts(
  db: Database,
  rows: readonly AirecProjectRow[],
): Promise<ReadonlyMap<number, AirecFacts>> {
  if (rows.length === 0) return new Map();
  const ids = rows.map(({ projectId }) => projectId);
  const [tables, data, models] = await db.batch([
    db
      .select({ id: itemMetaData.id, status: itemMetaData.status, error: itemMetaData.error })
      .from(itemMetaData)
      .where(isOneOf(itemMetaData.projectId, ids)),
    db
      .select({ id: trainingData.id, status: trainingData.status, error: trainingData.error })
      .from(trainingData)
      .where(isOneOf(trainingData.projectId, ids)),
    db
      .select({
        projectId: trainedModel.projectId,
        status: trainedModel.status,
        error: trainedModel.error,
      })
      .from(trainedModel)
      .innerJoin(modelConfiguration, eq(modelConfiguration.id, trainedModel.configurationId))
      .where(and(isOneOf(trainedModel.projectId, ids), eq(modelConfiguration.name, CONFIGURATION_NAME)))
      .orderBy(desc(trainedModel.version)),
  ]);
  const tableOf = new Map(tables.map((table) => [table.id, table]));
  const dataOf = new Map(data.map((file) => [file.id, file]));
  return new Map(
    rows.map((row) => {
      const found: (FileFacts | null)[] = [];
      if (row.itemTableId !== null) found.push(tableOf.get(row.itemTableId) ?? null);
      if (row.interactionsId !== null) found.push(dataOf.get(row.interactionsId) ?? null);
      const { modelType, error } = row;
      const model = models.find(({ projectId }) => projectId === row.projectId) ?? null;
      return [row.projectId, { modelType, error, wasReady: row.readyAt !== null, rows: found, model }];
    }),
  );
}
