import type { TaskLogResponse } from "#contract/task.ts";
import { isoTime } from "#services/resources/iso-time.ts";
import { type TaskLogRow, taskLogCodec, taskLogs } from "#services/resources/task-log.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

/** A line never changes, so it was last updated when it was made. */
function toTaskLogResponse(row: TaskLogRow): TaskLogResponse {
  return {
    ...taskLogCodec.show(row),
    task: row.tuningJobId ?? row.modelId ?? row.id,
    updated_at: isoTime(row.createdAt),
  };
}

export function taskLogRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: taskLogs,
    toResponse: (row) => {
      const shown = toTaskLogResponse(row);
      return { ...shown, contents: deps.dialect.failureText(shown.contents) };
    },
  });
}
