import { desc } from "drizzle-orm";
import type { TaskLogResponse } from "#contract/task.ts";
import { taskLog } from "#db/schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type TaskLogRow = typeof taskLog.$inferSelect;

export const taskLogs: Resource<typeof taskLog> = {
  model: "TaskLog",
  path: "task_log",
  one: "a log line",
  many: "log lines",
  table: taskLog,
  ...ofProject(taskLog.projectId),
  filters: {
    id: { kind: "number", column: taskLog.id },
    id_gt: { kind: "above", column: taskLog.id },
    tuning_job_id: { kind: "number", column: taskLog.tuningJobId },
    model_id: { kind: "number", column: taskLog.modelId },
  },
  order: [desc(taskLog.id)],
};

export const taskLogCodec = shownCodec<TaskLogRow, TaskLogResponse>("Logs are of what happened elsewhere.")({
  id: { api: "id" },
  projectId: { api: leftOut("The job or the model names the project.") },
  tuningJobId: { api: leftOut("The route makes `task` of it.") },
  modelId: { api: leftOut("The route makes `task` of it.") },
  lineNumber: { api: leftOut("Lines come in its order.") },
  contents: { api: "contents" },
  createdAt: { api: { time: "ins_datetime" } },
});
