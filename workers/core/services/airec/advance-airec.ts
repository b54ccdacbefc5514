/**
 * Starts the work that a project of AiREC waits for. Called when one of its files or models ends, when a client asks for its status,
 * and by the cron. Repeatable: the same work is started once.
 */
import { and, asc, eq, gt, isNull } from "drizzle-orm";
import { findClassName } from "#contract/algorithm-names.ts";
import { airecProject } from "#db/airec-schema.ts";
import { modelConfiguration, trainingData } from "#db/schema.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import { type CursorDeps, nextPage } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import { insertFirstModel } from "../models/insert-model.ts";
import { batchAndTell } from "../webhooks/announce.ts";
import { type AirecProjectRow, airecFacts, CONFIGURATION_NAME } from "./airec-facts.ts";
import { type AirecStep, airecStep } from "./airec-step.ts";
import { announcingReady } from "./app-events.ts";
import { collaborativeModel } from "./collaborative-model.ts";

type Deps = Pick<ServiceDeps, "db" | "jobs" | "clock" | "wakeAddress">;

/** Does nothing for a project that no client of AiREC made. */
export async function advanceAirecProject(deps: Deps, projectId: number): Promise<void> {
  const isOpen = and(
    eq(airecProject.projectId, projectId),
    isNull(airecProject.readyAt),
    isNull(airecProject.error),
  );
  const [row] = await deps.db.select().from(airecProject).where(isOpen);
  if (row === undefined) return;
  const facts = (await airecFacts(deps.db, [row])).get(projectId);
  if (facts) await take(deps, row, airecStep(facts));
}

/** Projects in a minute of the cron. */
const PROJECTS_PER_TICK = 50;

/** For projects whose work ended while the stack was killed. */
export async function advanceOpenAirecProjects(deps: Deps & CursorDeps): Promise<void> {
  const isOpen = and(isNull(airecProject.readyAt), isNull(airecProject.error));
  const rows = await nextPage(deps, "airec_projects", PROJECTS_PER_TICK, (after, limit) =>
    deps.db
      .select({ id: airecProject.projectId })
      .from(airecProject)
      .where(and(isOpen, gt(airecProject.projectId, after)))
      .orderBy(asc(airecProject.projectId))
      .limit(limit),
  );
  await attemptEach(rows, "projects", ({ id }) => advanceAirecProject(deps, id));
}

async function take(deps: Deps, row: AirecProjectRow, step: AirecStep): Promise<void> {
  const { db, clock } = deps;
  const isIt = eq(airecProject.projectId, row.projectId);
  switch (step.type) {
    case "wait":
      return;
    case "train":
      return train(deps, row);
    case "ready":
      await batchAndTell(
        deps,
        [
          db
            .update(airecProject)
            .set({ readyAt: clock() })
            .where(and(isIt, isNull(airecProject.readyAt))),
        ],
        { announcements: [announcingReady(db, row, clock())] },
      );
      return;
    case "fail":
      await db
        .update(airecProject)
        .set({ error: step.reason })
        .where(and(isIt, isNull(airecProject.error)));
  }
}

/** Owners train better models beside this one; serving then uses the live one. */
async function train(deps: Deps, { projectId, interactionsId: dataId }: AirecProjectRow): Promise<void> {
  const { db, clock, jobs } = deps;
  if (dataId === null) return;
  const [read] = await db
    .select({ report: trainingData.report })
    .from(trainingData)
    .where(eq(trainingData.id, dataId));
  const algorithm = collaborativeModel(read?.report);
  const recommenderClassName = findClassName(algorithm) ?? algorithm;
  const name = CONFIGURATION_NAME;
  const now = clock();
  await db
    .insert(modelConfiguration)
    .values({ projectId, name, recommenderClassName, parameters: {}, createdAt: now, updatedAt: now })
    .onConflictDoNothing();
  const isIt = and(eq(modelConfiguration.projectId, projectId), eq(modelConfiguration.name, name));
  const [configuration] = await db.select({ id: modelConfiguration.id }).from(modelConfiguration).where(isIt);
  if (configuration === undefined) return;
  const data = { id: dataId, projectId };
  const model = await insertFirstModel(deps, { configuration, data, deploy: "always" });
  // Null: another call has made it, and starts it; if that one was killed, the cron does.
  if (model) await jobs.train(model.id);
}
