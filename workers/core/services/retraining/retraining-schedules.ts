/** Retraining schedules: valid settings, and the next due time. */
import { eq } from "drizzle-orm";
import type { RetrainingScheduleRequest } from "#contract/retraining.ts";
import { isUniqueViolation } from "#db/database.ts";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import { ownerViewer } from "../access/owner-viewer.ts";
import { referable, requireReference } from "../access/references.ts";
import { fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import {
  type RetrainingScheduleRow,
  retrainingScheduleCodec,
  retrainingSchedules,
} from "../resources/retraining-schedule.ts";
import type { Viewer } from "../viewer.ts";
import { newWebhookSecret } from "../webhooks/schedule-secret.ts";
import { type AddressRules, webhookProblem } from "../webhooks/webhook-address.ts";
import { cronProblem, fieldCountProblem, nextCronTime } from "./cron-times.ts";

interface Deps extends Pick<ServiceDeps, "db" | "clock" | "randomBytes"> {
  readonly webhookRules: AddressRules;
  /** Whether a disabled schedule may hold any five words, as in Recotem. */
  readonly takesAnyCron?: boolean;
}
type References = Pick<
  RetrainingScheduleRequest,
  "training_data" | "model_configuration" | "split_config" | "evaluation_config"
>;

const ONE_PER_PROJECT = "retraining schedule with this project already exists.";

export async function createRetrainingSchedule(
  deps: Deps,
  viewer: Viewer,
  request: RetrainingScheduleRequest,
): Promise<RetrainingScheduleRow> {
  const owned = await requireReference(deps.db, viewer, referable.project, "project", request.project);
  const now = deps.clock();
  refuseBadCron(deps, request.cron_expression, request.is_enabled);
  refuseBadWebhook(deps, request.webhook_url);
  refuseEventsUnused(request.uses_events ?? false, request.every_events);
  await requireReferences(deps, viewer, owned.id, request);
  try {
    const [row] = await deps.db
      .insert(retrainingSchedule)
      .values({
        ...retrainingScheduleCodec.set(request),
        webhookSecret: newWebhookSecret(deps),
        projectId: owned.id,
        nextRunAt: request.is_enabled ? nextCronTime(request.cron_expression, now) : null,
        createdAt: now,
        updatedAt: now,
      })
      .returning();
    if (row === undefined) throw new Error("insert returned no row");
    return row;
  } catch (error) {
    throw isUniqueViolation(error) ? fieldError("project", ONE_PER_PROJECT) : error;
  }
}

export async function updateRetrainingSchedule(
  deps: Deps,
  row: RetrainingScheduleRow,
  changes: Partial<RetrainingScheduleRequest>,
): Promise<RetrainingScheduleRow> {
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "A schedule stays with its project.");
  }
  const now = deps.clock();
  const expression = changes.cron_expression ?? row.cronExpression;
  const isEnabled = changes.is_enabled ?? row.isEnabled;
  refuseBadCron(deps, expression, isEnabled);
  refuseBadWebhook(deps, changes.webhook_url);
  const everyEvents = changes.every_events === undefined ? row.everyEvents : changes.every_events;
  refuseEventsUnused(changes.uses_events ?? row.usesEvents, everyEvents);
  // Rows in a schedule must belong to its project's owner, also when staff changes it.
  const owner = await ownerViewer(deps, row.projectId);
  await requireReferences(deps, owner, row.projectId, changes);
  const isNewTime = expression !== row.cronExpression || isEnabled !== row.isEnabled;
  const nextRunAt = isEnabled ? nextCronTime(expression, now) : null;
  const [updated] = await deps.db
    .update(retrainingSchedule)
    .set({
      ...retrainingScheduleCodec.set(changes),
      webhookSecret: row.webhookSecret ?? newWebhookSecret(deps),
      ...(isNewTime ? { nextRunAt } : {}),
      updatedAt: now,
    })
    .where(eq(retrainingSchedule.id, row.id))
    .returning();
  if (updated === undefined) throw notFound(retrainingSchedules.model);
  return updated;
}

export async function deleteRetrainingSchedule(
  { db }: Pick<ServiceDeps, "db">,
  row: RetrainingScheduleRow,
): Promise<void> {
  await db.delete(retrainingSchedule).where(eq(retrainingSchedule.id, row.id));
}

function refuseBadCron({ clock, takesAnyCron }: Deps, expression: string, isEnabled: boolean): void {
  const problem =
    takesAnyCron && !isEnabled ? fieldCountProblem(expression) : cronProblem(expression, clock());
  if (problem !== null) throw fieldError("cron_expression", problem);
}

function refuseEventsUnused(usesEvents: boolean, everyEvents: number | null | undefined): void {
  if (everyEvents == null || usesEvents) return;
  throw fieldError("every_events", "Runs by events learn from events: set uses_events, too.");
}

function refuseBadWebhook({ webhookRules }: Deps, url: string | null | undefined): void {
  const problem = url ? webhookProblem(url, webhookRules) : null;
  if (problem !== null) throw fieldError("webhook_url", problem);
}

/** Data and configuration must belong to the schedule's project, split and evaluation to its owner. */
async function requireReferences(
  { db }: Pick<ServiceDeps, "db">,
  viewer: Viewer,
  projectId: number,
  ids: Partial<References>,
): Promise<void> {
  const { data, configuration, split, evaluation } = referable;
  if (ids.training_data) {
    const row = await requireReference(db, viewer, data, "training_data", ids.training_data);
    if (row.projectId !== projectId) throw fieldError("training_data", data.notFoundText);
  }
  if (ids.model_configuration) {
    const id = ids.model_configuration;
    const row = await requireReference(db, viewer, configuration, "model_configuration", id);
    if (row.projectId !== projectId) throw fieldError("model_configuration", configuration.notFoundText);
  }
  if (ids.split_config) await requireReference(db, viewer, split, "split_config", ids.split_config);
  if (ids.evaluation_config) {
    await requireReference(db, viewer, evaluation, "evaluation_config", ids.evaluation_config);
  }
}
