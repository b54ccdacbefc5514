/** Tells a project's endpoints that a model has gone live. */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { announcing } from "../webhooks/announce.ts";

export interface GoneLive {
  readonly projectId: number;
  readonly modelId: number;
  readonly reason: string;
  /** The time of the change, as it is in the slot's row. */
  readonly now: number;
}

/**
 * For the batch that changes slots, after the changes. Tells of the slots that got the model in this batch, and answer
 * requests; of one slot if there are several. Nothing is told where the change did not happen.
 */
export function announcingDeployment(db: Database, gone: GoneLive) {
  return announcingOfSlots(db, gone, sql`updated_at = ${gone.now}`);
}

/** The same for a model that took over from a deleted one: its slots were changed in the batch of the deletion. */
export function announcingTakeover(db: Database, gone: GoneLive) {
  return announcingOfSlots(db, gone, sql`true`);
}

function announcingOfSlots(db: Database, { projectId, modelId, reason, now }: GoneLive, isChanged: SQL) {
  const changed = sql`from deployment_slot where project_id = ${projectId} and model_id = ${modelId}
    and ${isChanged} and is_active = 1 and is_shadow = 0`;
  const data = sql`json_object('project', cast(${projectId} as integer), 'slot', (select min(id) ${changed}),
    'model', cast(${modelId} as integer), 'reason', ${reason})`;
  const body = sql`json_object('type', 'deployed', 'timestamp', ${new Date(now).toISOString()}, 'data', ${data})`;
  return announcing(db, {
    ...{ projectId, event: "deployed", key: `deployed:${modelId}:${now}`, body, now },
    endpoints: sql`(webhook_endpoint.project_id = ${projectId} and exists (select 1 ${changed}))`,
  });
}
