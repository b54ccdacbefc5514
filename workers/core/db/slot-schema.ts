/** What each slot served and when. Triggers on `deployment_slot` write it (migration `slots`), so that no change is missed. */
import { index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { flag, id } from "./columns.ts";
import { projectId } from "./project-schema.ts";

/** A time in which a slot had one model and one weight. The slot and the model may be deleted since, so they are no references. */
export const slotPeriod = sqliteTable(
  "slot_period",
  {
    id: id(),
    projectId: projectId(),
    slotId: integer("slot_id").notNull(),
    slotName: text("slot_name").notNull(),
    modelId: integer("model_id").notNull(),
    version: integer("version").notNull(),
    weight: real("weight").notNull(),
    isActive: flag("is_active").notNull(),
    isShadow: flag("is_shadow").notNull(),
    startedAt: integer("started_at").notNull(),
    /** Null for the present. */
    endedAt: integer("ended_at"),
  },
  (table) => [
    index("slot_period_project").on(table.projectId, table.id),
    index("slot_period_slot").on(table.slotId, table.id),
  ],
);
