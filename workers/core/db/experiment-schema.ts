/** Conversion events that Recotem's clients send, and tests of two slots. A slot that is deleted takes its events and tests along. */
import { type AnySQLiteColumn, index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { AB_METRICS, AB_TEST_STATUSES } from "#contract/ab-test.ts";
import { CONVERSION_TYPES } from "#contract/conversion-event.ts";
import { createdAt, id, json, updatedAt } from "./columns.ts";
import { projectId } from "./project-schema.ts";
import { deploymentSlot } from "./schema.ts";

const slotOf = (name: string) =>
  integer(name)
    .notNull()
    .references((): AnySQLiteColumn => deploymentSlot.id, { onDelete: "cascade" });

export const conversionEvent = sqliteTable(
  "conversion_event",
  {
    id: id(),
    projectId: projectId(),
    slotId: slotOf("slot_id"),
    userId: text("user_id").notNull(),
    /** Empty for none. */
    itemId: text("item_id").notNull(),
    eventType: text("event_type", { enum: CONVERSION_TYPES }).notNull(),
    /** Of the list, in lower case. */
    requestId: text("request_id"),
    metadata: json<unknown>("metadata").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("conversion_event_project").on(table.projectId, table.id),
    index("conversion_event_slot").on(table.slotId, table.eventType, table.createdAt),
    index("conversion_event_user").on(table.projectId, table.userId),
  ],
);

export const abTest = sqliteTable(
  "ab_test",
  {
    id: id(),
    projectId: projectId(),
    name: text("name").notNull(),
    status: text("status", { enum: AB_TEST_STATUSES }).notNull(),
    controlSlotId: slotOf("control_slot_id"),
    variantSlotId: slotOf("variant_slot_id"),
    targetMetric: text("target_metric", { enum: AB_METRICS }).notNull(),
    minSampleSize: integer("min_sample_size").notNull(),
    confidenceLevel: real("confidence_level").notNull(),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    winnerSlotId: integer("winner_slot_id").references((): AnySQLiteColumn => deploymentSlot.id, {
      onDelete: "set null",
    }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("ab_test_project").on(table.projectId, table.id),
    // A slot's deletion looks for its tests.
    index("ab_test_control").on(table.controlSlotId),
    index("ab_test_variant").on(table.variantSlotId),
    index("ab_test_winner").on(table.winnerSlotId),
  ],
);
