import { eq } from "drizzle-orm";
import { itemMetaData, trainingData, userMetaData } from "#db/schema.ts";
import type { Jobs } from "#jobs/jobs.ts";
import type { TestApi } from "./api.ts";

/** A trainer that reads any file at once: the row becomes READY, or FAILED with `refusal`. */
export function instantIngestion(api: () => TestApi, refusal: string | null = null): Jobs["ingest"] {
  return async (kind, rowId) => {
    const { db } = api().deps;
    const tables = {
      training_data: trainingData,
      item_meta_data: itemMetaData,
      user_meta_data: userMetaData,
    } as const;
    const table = tables[kind];
    const outcome =
      refusal === null
        ? ({ status: "READY", artifactKey: `artifact-of-${kind}-${rowId}` } as const)
        : ({ status: "FAILED", error: refusal, fileKey: null } as const);
    await db.update(table).set(outcome).where(eq(table.id, rowId));
  };
}
