import { desc } from "drizzle-orm";
import type { SlotPeriodResponse } from "#contract/deployment-slot.ts";
import { project } from "#db/schema.ts";
import { slotPeriod } from "#db/slot-schema.ts";
import { shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type SlotPeriodRow = typeof slotPeriod.$inferSelect;

export const slotPeriods: Resource<typeof slotPeriod> = {
  model: "SlotPeriod",
  path: "slot_period",
  one: "a period of a slot",
  many: "periods of slots: what each slot served and when",
  table: slotPeriod,
  ...ofProject(slotPeriod.projectId),
  filters: {
    project: { kind: "reference", column: slotPeriod.projectId, to: project },
    slot: { kind: "number", column: slotPeriod.slotId },
  },
  order: [desc(slotPeriod.id)],
};

export const slotPeriodCodec = shownCodec<SlotPeriodRow, SlotPeriodResponse>(
  "Periods are of what happened elsewhere.",
)({
  id: { api: "id" },
  projectId: { api: "project" },
  slotId: { api: "slot" },
  slotName: { api: "slot_name" },
  modelId: { api: "trained_model" },
  version: { api: "version" },
  weight: { api: "weight" },
  isActive: { api: "is_active" },
  isShadow: { api: "is_shadow" },
  startedAt: { api: { time: "started_at" } },
  endedAt: { api: { time: "ended_at" } },
});
