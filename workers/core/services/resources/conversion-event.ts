import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import { CONVERSION_TYPES, type ConversionEventResponse } from "#contract/conversion-event.ts";
import { conversionEvent } from "#db/experiment-schema.ts";
import { deploymentSlot, project } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type ConversionEventRow = typeof conversionEvent.$inferSelect;

export const conversionEvents: Resource<typeof conversionEvent> = {
  model: "ConversionEvent",
  path: "conversion_event",
  one: "a conversion event",
  many: "conversion events",
  table: conversionEvent,
  ...ofProject(conversionEvent.projectId),
  filters: {
    project: { kind: "reference", column: conversionEvent.projectId, to: project },
    deployment_slot: { kind: "reference", column: conversionEvent.slotId, to: deploymentSlot },
    event_type: { kind: "choice", column: conversionEvent.eventType, choices: CONVERSION_TYPES },
  },
  order: [desc(conversionEvent.id)],
};

export const conversionEventCodec = archivedCodec<
  ConversionEventRow,
  ConversionEventResponse,
  ArchiveRow<"conversion_event">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  slotId: {
    api: "deployment_slot",
    archive: { field: "slot", to: "deployment_slot", whenGone: "refuse" },
  },
  userId: { api: "user_id", archive: "user_id" },
  itemId: { api: "item_id", archive: "item_id" },
  eventType: { api: "event_type", archive: "event_type" },
  requestId: {
    api: "recommendation_request_id",
    archive: { field: "request_id", write: (id) => id, read: (id) => id ?? null },
  },
  metadata: { api: "metadata_json", archive: "metadata" },
  createdAt: { api: { time: "timestamp" }, archive: "created_at" },
});
