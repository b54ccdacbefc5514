/** The tables of AiREC's clients: what they said of their projects, beside the projects themselves. */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { AIREC_MODEL_TYPES, type AirecFile } from "#contract/airec.ts";
import { account } from "./account-schema.ts";
import { createdAt, id, json } from "./columns.ts";
import { project } from "./project-schema.ts";
import { webhookEndpoint } from "./webhook-schema.ts";

/** A project that a client of AiREC made. Its status follows from its files and models. */
export const airecProject = sqliteTable("airec_project", {
  projectId: integer("project_id")
    .primaryKey()
    .references(() => project.id, { onDelete: "cascade" }),
  /** As the client named it; the project's own name may have a number at its end. */
  name: text("name").notNull(),
  modelType: text("model_type", { enum: AIREC_MODEL_TYPES }).notNull(),
  files: json<AirecFile[]>("files").notNull(),
  /** The rows of its files, null for a file that it does not have; the row may be gone. */
  itemTableId: integer("item_table_id"),
  interactionsId: integer("interactions_id"),
  /** Why it can never be ready. */
  error: text("error"),
  /** When all its models were ready for the first time; null before. */
  readyAt: integer("ready_at"),
  createdAt: createdAt(),
});

/** An application that asks for recommendations by a key of its own, in all of its owner's projects of this table. */
export const airecApp = sqliteTable(
  "airec_app",
  {
    id: id(),
    ownerId: integer("owner_id")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    webhookUrl: text("webhook_url").notNull(),
    /** Hex SHA-256 of the key, which is stored nowhere; null for an app that is only told of models. */
    keyHash: text("key_hash"),
    keyPrefix: text("key_prefix").notNull().default(""),
    /** Recommendations that it got. */
    usageCount: integer("usage_count").notNull().default(0),
    /** Calls to the address; null for an app of an older release that had no key. */
    endpointId: integer("endpoint_id").references(() => webhookEndpoint.id, { onDelete: "set null" }),
    createdAt: createdAt(),
  },
  (table) => [
    index("airec_app_owner").on(table.ownerId, table.id),
    uniqueIndex("airec_app_key").on(table.keyHash),
  ],
);

/** Lists that an app got on a day. */
export const airecAppUsage = sqliteTable(
  "airec_app_usage",
  {
    appId: integer("app_id")
      .notNull()
      .references(() => airecApp.id, { onDelete: "cascade" }),
    /** In UTC, as YYYY-MM-DD. */
    day: text("day").notNull(),
    lists: integer("lists").notNull(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.day] })],
);
