/** Replays of logged lists: one of a model, the last that was asked for. */
import { index, integer, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { REPLAY_STATUSES, type ReplayResult, type ReplayTally } from "#contract/replay.ts";
import { createdAt, id, json, leaseUntil, updatedAt } from "./columns.ts";
import { projectId } from "./project-schema.ts";
import { trainedModel } from "./schema.ts";

export const modelReplay = sqliteTable(
  "model_replay",
  {
    id: id(),
    projectId: projectId(),
    modelId: integer("model_id")
      .notNull()
      .references(() => trainedModel.id, { onDelete: "cascade" }),
    status: text("status", { enum: REPLAY_STATUSES }).notNull(),
    /** Lists from here, to before there, epoch milliseconds. */
    from: integer("from_time").notNull(),
    to: integer("to_time").notNull(),
    /** What people did from here on is not in the model. */
    trainedTo: integer("trained_to").notNull(),
    conversionTypes: json<readonly string[]>("conversion_types").notNull(),
    confidenceLevel: real("confidence_level").notNull(),
    /** The shard of events that comes next. */
    shard: integer("shard").notNull(),
    tally: json<ReplayTally>("tally").notNull(),
    /** Turns that came to no end since a shard was done. */
    attempts: integer("attempts").notNull(),
    result: json<ReplayResult | null>("result"),
    error: text("error"),
    leaseUntil: leaseUntil(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("model_replay_model").on(table.modelId),
    index("model_replay_project").on(table.projectId),
    index("model_replay_status").on(table.status, table.leaseUntil),
  ],
);
