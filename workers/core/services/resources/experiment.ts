import { desc } from "drizzle-orm";
import { EXPERIMENT_KINDS, EXPERIMENT_STATUSES, type ExperimentResponse } from "#contract/experiment.ts";
import { experiment } from "#db/experiment-schema.ts";
import { project } from "#db/schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type ExperimentRow = typeof experiment.$inferSelect;

export const experiments: Resource<typeof experiment> = {
  model: "Experiment",
  path: "experiment",
  one: "an experiment",
  many: "experiments",
  table: experiment,
  ...ofProject(experiment.projectId),
  filters: {
    project: { kind: "reference", column: experiment.projectId, to: project },
    kind: { kind: "choice", column: experiment.kind, choices: EXPERIMENT_KINDS },
    status: { kind: "choice", column: experiment.status, choices: EXPERIMENT_STATUSES },
  },
  order: [desc(experiment.id)],
};

export const experimentCodec = shownCodec<ExperimentRow, ExperimentResponse>(
  "Its people are drawn by its id, and its lists name it: a copy would have none.",
)({
  id: { api: "id" },
  projectId: { api: "project" },
  name: { api: "name" },
  kind: { api: "kind" },
  status: { api: "status" },
  variants: { api: { field: "variants", show: (variants) => [...variants] } },
  allocation: { api: "allocation" },
  floor: { api: "floor" },
  conversionTypes: { api: { field: "conversion_types", show: (types) => [...types] } },
  metric: { api: "metric" },
  confidenceLevel: { api: "confidence_level" },
  guardrails: { api: "guardrails" },
  periods: { api: { field: "shares", show: (periods) => [...(periods.at(-1)?.shares ?? [])] } },
  startedAt: { api: { time: "started_at" } },
  endedAt: { api: { time: "ended_at" } },
  winnerSlotId: { api: "winner_slot" },
  checkedAt: { api: leftOut("An inner matter of the cron.") },
  verdict: { api: leftOut("The report says it as of now.") },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: { time: "updated_at" } },
});
