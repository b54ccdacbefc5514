/** The tables of webhooks: endpoints that are told of events, and the calls to them. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { CALL_STATUSES, type WebhookEventName } from "#contract/webhook-endpoint.ts";
import { account } from "./account-schema.ts";
import { createdAt, flag, id, json, leaseUntil, updatedAt } from "./columns.ts";
import { project, projectId } from "./project-schema.ts";

/** An address that is told of events: of one project, or of what an application of all of an account's projects asks for. */
export const webhookEndpoint = sqliteTable(
  "webhook_endpoint",
  {
    id: id(),
    accountId: integer("account_id")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    /** Null for the endpoint of an application. */
    projectId: integer("project_id").references(() => project.id, { onDelete: "cascade" }),
    url: text("url").notNull(),
    events: json<WebhookEventName[]>("events").notNull(),
    /** 32 bytes in hex. */
    secret: text("secret").notNull(),
    /** The one before, which also signs until `previousSecretUntil`. */
    previousSecret: text("previous_secret"),
    previousSecretUntil: integer("previous_secret_until"),
    isEnabled: flag("is_enabled").notNull().default(true),
    /** Why the platform switched it off. */
    disabledReason: text("disabled_reason"),
    /** Failed attempts since the last success. */
    failures: integer("failures").notNull().default(0),
    /** No attempt begins before this time. */
    retryAt: integer("retry_at").notNull().default(0),
    /** Events that were not kept because too many calls were waiting. */
    dropped: integer("dropped").notNull().default(0),
    /** Of the Worker that sends: one at a time, so that calls keep their order. */
    leaseUntil: leaseUntil(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("webhook_endpoint_project").on(table.projectId, table.id),
    index("webhook_endpoint_account").on(table.accountId, table.id),
  ],
);

/** An event on its way to an endpoint. */
export const webhookCall = sqliteTable(
  "webhook_call",
  {
    id: id(),
    endpointId: integer("endpoint_id")
      .notNull()
      .references(() => webhookEndpoint.id, { onDelete: "cascade" }),
    /** Where it happened. */
    projectId: projectId(),
    event: text("event").notNull(),
    /** What happened, so that it is told once; null where each is another. */
    eventKey: text("event_key"),
    /** The exact text to send: the signature covers it. */
    body: text("body").notNull(),
    /** Calls of an endpoint go out in this order. */
    position: integer("position").notNull(),
    status: text("status", { enum: CALL_STATUSES }).notNull().default("PENDING"),
    attempts: integer("attempts").notNull().default(0),
    responseStatus: integer("response_status"),
    error: text("error"),
    /** When it joined the queue, first or for a replay. */
    queuedAt: integer("queued_at").notNull(),
    deliveredAt: integer("delivered_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("webhook_call_project").on(table.projectId, table.id),
    index("webhook_call_queue").on(table.status, table.endpointId, table.position),
    uniqueIndex("webhook_call_position").on(table.endpointId, table.position),
    uniqueIndex("webhook_call_event").on(table.endpointId, table.eventKey),
  ],
);
