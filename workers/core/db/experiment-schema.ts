/** Conversion events that Recotem's clients send, and tests of two slots. A slot that is deleted takes its events and tests along. */
import {
  type AnySQLiteColumn,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { AB_METRICS, AB_TEST_STATUSES, REPORT_METRICS } from "#contract/ab-test.ts";
import { CONVERSION_TYPES } from "#contract/conversion-event.ts";
import {
  ALLOCATIONS,
  EXPERIMENT_KINDS,
  EXPERIMENT_STATUSES,
  type Guardrails,
  type Variant,
} from "#contract/experiment.ts";
import type { QualityRule, SlotCounts } from "#contract/quality.ts";
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
    // Whether an earlier event has the same request.
    index("conversion_event_request").on(table.slotId, table.requestId),
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

/** A time in which the shares of the variants were the same. */
export interface ExperimentPeriod {
  /** Epoch milliseconds. */
  readonly from: number;
  /** In the order of the variants; they add up to 1. */
  readonly shares: readonly number[];
}

/**
 * Triggers mark the project's entry for serving when an experiment changes (migration `own_experiments`). Of a project, one experiment with
 * slots and one holdout run at a time. Slots are named in `variants`: one that is deleted ends the experiment in serving.
 */
export const experiment = sqliteTable(
  "experiment",
  {
    id: id(),
    projectId: projectId(),
    name: text("name").notNull(),
    kind: text("kind", { enum: EXPERIMENT_KINDS }).notNull(),
    status: text("status", { enum: EXPERIMENT_STATUSES }).notNull(),
    variants: json<readonly Variant[]>("variants").notNull(),
    allocation: text("allocation", { enum: ALLOCATIONS }).notNull(),
    floor: real("floor").notNull(),
    conversionTypes: json<readonly string[]>("conversion_types").notNull(),
    metric: text("metric", { enum: REPORT_METRICS }).notNull(),
    confidenceLevel: real("confidence_level").notNull(),
    guardrails: json<Guardrails>("guardrails").notNull(),
    periods: json<readonly ExperimentPeriod[]>("periods").notNull(),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    winnerSlotId: integer("winner_slot_id"),
    /** When the cron last looked at the shares. */
    checkedAt: integer("checked_at"),
    /** What the cron last found, so that a decision is told once. */
    verdict: text("verdict"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("experiment_project").on(table.projectId, table.id),
    index("experiment_status").on(table.status, table.checkedAt),
  ],
);

/** How the lists of a slot did in a day. A row of slot -1 says that the day of a project was counted. */
export const slotQuality = sqliteTable(
  "slot_quality",
  {
    id: id(),
    projectId: projectId(),
    slotId: integer("slot_id").notNull(),
    /** Days since 1970, in UTC. */
    day: integer("day").notNull(),
    counts: json<SlotCounts | null>("counts"),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("slot_quality_day").on(table.projectId, table.day, table.slotId)],
);

/** What is told of the quality of a project's lists; without a row the defaults. */
export const qualityRule = sqliteTable(
  "quality_rule",
  {
    id: id(),
    projectId: projectId(),
    rule: json<QualityRule>("rule").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex("quality_rule_project").on(table.projectId)],
);
