/** Whether the parts of the deployment answer, and whether work waits for too long. Says nothing of any tenant: it needs no login. */
import { and, eq, isNotNull, lt, or, sql } from "drizzle-orm";
import type { Health } from "#contract/health.ts";
import type { Database } from "#db/database.ts";
import { routingMark } from "#db/routing-schema.ts";
import { trainedModel, trainingData, tuningJob } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";

export interface HealthDeps {
  readonly db: Database;
  readonly store: Pick<R2Bucket, "head">;
  readonly routing: Pick<KeyValueStore, "get">;
  readonly clock: Clock;
  /** Rejects while no process for jobs starts; absent where the platform starts them. */
  readonly askJobProcesses?: (() => Promise<void>) | undefined;
  /** Told why a check failed. */
  readonly failed: (check: string, error: unknown) => void;
}

/** Nothing has this name: only whether the store answers is of interest. */
const PROBE = "health";
/** A worker takes what waits within seconds; the cron sends lost messages again within minutes. */
const WAITS_TOO_LONG_MS = 15 * 60_000;

export async function readHealth(deps: HealthDeps): Promise<Health> {
  const { db, store, routing, failed } = deps;
  const isAnswered = async (check: string, ask: () => Promise<unknown>): Promise<boolean> => {
    try {
      await ask();
      return true;
    } catch (error) {
      failed(check, error);
      return false;
    }
  };
  const [hasDatabase, hasStore, hasRouting, hasProcesses] = await Promise.all([
    isAnswered("database", () => db.run(sql`select 1`)),
    isAnswered("store", () => store.head(PROBE)),
    isAnswered("routing", () => routing.get(PROBE)),
    isAnswered("work", async () => deps.askJobProcesses?.()),
  ]);
  const storeCheck = hasStore ? "ok" : "failed";
  if (!hasDatabase) {
    const checks = { database: "failed", store: storeCheck, routing: hasRouting ? "ok" : "failed" } as const;
    return { status: "unhealthy", checks };
  }
  const { isRefused, isWaiting } = await lateness(deps);
  const checks = {
    database: "ok",
    store: storeCheck,
    routing: !hasRouting ? "failed" : isRefused ? "late" : "ok",
    work: !hasProcesses ? "failed" : isWaiting ? "late" : "ok",
  } as const;
  const isWell = Object.values(checks).every((found) => found === "ok");
  return { status: isWell ? "healthy" : "degraded", checks };
}

async function lateness({ db, clock }: HealthDeps) {
  const before = clock() - WAITS_TOO_LONG_MS;
  const [refused, files, jobs, models] = await db.batch([
    db.select({ id: routingMark.id }).from(routingMark).where(isNotNull(routingMark.problem)).limit(1),
    db
      .select({ id: trainingData.id })
      .from(trainingData)
      .where(
        and(
          or(eq(trainingData.status, "PENDING"), eq(trainingData.status, "INGESTING")),
          isNotNull(trainingData.fileKey),
          lt(trainingData.updatedAt, before),
        ),
      )
      .limit(1),
    db
      .select({ id: tuningJob.id })
      .from(tuningJob)
      .where(and(eq(tuningJob.status, "PENDING"), lt(tuningJob.updatedAt, before)))
      .limit(1),
    db
      .select({ id: trainedModel.id })
      .from(trainedModel)
      .where(and(eq(trainedModel.status, "PENDING"), lt(trainedModel.updatedAt, before)))
      .limit(1),
  ]);
  return { isRefused: refused.length > 0, isWaiting: files.length + jobs.length + models.length > 0 };
}
