/** The secret that signs what a retraining schedule's address is told. */
import { eq } from "drizzle-orm";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import { notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type RetrainingScheduleRow, retrainingSchedules } from "../resources/retraining-schedule.ts";
import { newSecret } from "./signing.ts";

export function newWebhookSecret({ randomBytes }: Pick<ServiceDeps, "randomBytes">): string {
  return newSecret(randomBytes);
}

/** Gives a schedule's webhook another secret, which is shown only this time. */
export async function rotateWebhookSecret(
  deps: Pick<ServiceDeps, "db" | "clock" | "randomBytes">,
  row: RetrainingScheduleRow,
): Promise<string> {
  const secret = newWebhookSecret(deps);
  const changed = await deps.db
    .update(retrainingSchedule)
    .set({ webhookSecret: secret, updatedAt: deps.clock() })
    .where(eq(retrainingSchedule.id, row.id))
    .returning({ id: retrainingSchedule.id });
  if (changed.length === 0) throw notFound(retrainingSchedules.model);
  return secret;
}
