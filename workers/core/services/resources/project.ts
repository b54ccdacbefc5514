import { desc } from "drizzle-orm";
import type { ArchiveHead } from "#contract/archive.ts";
import {
  changedEventSettings,
  DEFAULT_EVENT_SETTINGS,
  EVENT_SETTING_FIELDS,
} from "#contract/event-settings.ts";
import type { ProjectResponse } from "#contract/project.ts";
import { readingSettingsOf, toReadingResponse } from "#contract/reading.ts";
import { toTraffic, trafficSettingsOf } from "#contract/traffic.ts";
import { inVisibleProject } from "#db/ownership.ts";
import { project } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";

export type ProjectRow = typeof project.$inferSelect;

export const projects: Resource<typeof project> = {
  model: "Project",
  path: "project",
  one: "a project",
  many: "projects",
  table: project,
  visibleTo: (viewer) => inVisibleProject(project.id, viewer),
  filters: { id: { kind: "number", column: project.id }, name: { kind: "text", column: project.name } },
  order: [desc(project.id)],
  searched: [project.name],
  sortedBy: { name: project.name, ins_datetime: project.createdAt, updated_at: project.updatedAt },
};

const TRAFFIC_FIELDS = [
  "slot_salt",
  "slot_draw",
  "impressions",
  "impression_rate",
  "replay_rate",
  "exploration_rate",
  "cold_start",
] as const;

const READING_FIELDS = [
  ...(["header", "separator", "missing_words", "session_column", "session_gap_minutes"] as const),
];

export const projectCodec = archivedCodec<ProjectRow, ProjectResponse, ArchiveHead["project"]>()({
  id: { api: "id", archive: leftOut("The copy has an id of its own.") },
  ownerId: { api: "owner", archive: leftOut("The copy is the importer's.") },
  name: { api: "name", archive: "name" },
  userColumn: { api: "user_column", archive: "user_column" },
  itemColumn: { api: "item_column", archive: "item_column" },
  timeColumn: { api: "time_column", archive: "time_column" },
  weightColumn: { api: "weight_column", archive: "weight_column" },
  eventTypeColumn: { api: "event_type_column", archive: "event_type_column" },
  allowedOrigins: {
    api: { field: "allowed_origins", show: (origins) => origins ?? [] },
    archive: {
      field: "allowed_origins",
      write: (origins) => origins ?? [],
      read: (origins = []) => origins,
    },
  },
  reading: {
    api: { fields: READING_FIELDS, showAll: toReadingResponse },
    archive: {
      fields: READING_FIELDS,
      writeAll: (reading) => ({ ...reading }),
      readAll: readingSettingsOf,
    },
  },
  traffic: {
    api: { fields: TRAFFIC_FIELDS, showAll: toTraffic },
    archive: {
      fields: TRAFFIC_FIELDS,
      writeAll: (traffic) => ({ ...traffic }),
      readAll: trafficSettingsOf,
    },
  },
  eventSettings: {
    api: {
      fields: EVENT_SETTING_FIELDS,
      showAll: (settings) => ({ ...DEFAULT_EVENT_SETTINGS, ...settings }),
    },
    archive: {
      fields: EVENT_SETTING_FIELDS,
      writeAll: (settings) => ({ ...settings }),
      readAll: (kept) => changedEventSettings(null, kept),
    },
  },
  deletedVersion: {
    api: leftOut("Numbers of new models follow from it."),
    archive: { field: "deleted_version", write: (version) => version, read: (version = 0) => version },
  },
  deletedAt: {
    api: leftOut("A deleted project is not shown."),
    archive: leftOut("A deleted project is not exported."),
  },
  createdAt: {
    api: { time: "ins_datetime" },
    archive: leftOut("The copy was made when it was imported."),
  },
  updatedAt: { api: { time: "updated_at" }, archive: leftOut("The copy is as new as its import.") },
});
