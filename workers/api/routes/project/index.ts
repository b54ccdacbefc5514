import { userErasureRequest } from "#contract/deletion.ts";
import { eventDataRequest } from "#contract/event.ts";
import {
  type ProjectImportResponse,
  type ProjectResponse,
  projectRequest,
  SCHEDULE_OFF_TEXT,
} from "#contract/project.ts";
import { exportProject } from "#services/archive/project-export.ts";
import { deleteProject } from "#services/erasure/project-deletion.ts";
import { eraseUser } from "#services/erasure/user-deletion.ts";
import { createEventData } from "#services/files/event-data.ts";
import { contentDisposition } from "#services/files/file-names.ts";
import { createProject, updateProject } from "#services/projects/projects.ts";
import { type ProjectRow, projectCodec, projects } from "#services/resources/project.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { toDeletionResponse } from "../deletion/deletion-response.ts";
import { roomFor } from "../quota-room.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toTrainingDataResponse } from "../training_data/training-data-response.ts";
import { receiveArchive } from "./receive-archive.ts";

const toProjectResponse: (row: ProjectRow) => ProjectResponse = projectCodec.show;

export function projectRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const shownData = deps.dialect.shown("training_data", toTrainingDataResponse);
  resourceRoutes(endpoint, deps.db, {
    resource: projects,
    toResponse: deps.dialect.shown("project", toProjectResponse),
    pageSizeIsFixed: true,
    schema: projectRequest,
    role: { DELETE: "owner" },
    create: (viewer, body) => createProject(deps, viewer, body, roomFor(deps, viewer, "projects")),
    update: (_viewer, row, changes) => updateProject(deps, row, changes),
    override: {
      detail: {
        DELETE: rowHandler(deps.db, projects, async (c, row, viewer) => {
          const { id } = await deleteProject(deps, viewer.accountId, row);
          c.header("Link", `</api/v1/deletion/${id}/>; rel="monitor"`);
          return c.body(null, 204);
        }),
      },
    },
  });
  endpoint(
    "/project/:id/erase_person",
    {
      POST: rowHandler(deps.db, projects, async (c, row, viewer) => {
        const { user_id: userId } = await parseBody(c, userErasureRequest);
        return c.json(toDeletionResponse(await eraseUser(deps, viewer.accountId, row, userId)), 202);
      }),
    },
    { role: "owner" },
  );
  endpoint("/project/:id/event_data", {
    POST: rowHandler(deps.db, projects, async (c, row) => {
      const data = await createEventData(deps, row, await parseBody(c, eventDataRequest));
      noteSubject(c, data);
      return c.json(shownData(data), 201);
    }),
  });
  endpoint("/project/:id/export", {
    GET: rowHandler(deps.db, projects, (c, row) =>
      c.body(streamOf(exportProject(deps, row)), 200, {
        "Content-Type": "application/x-tar",
        "Content-Disposition": contentDisposition(`${row.name}.tar`),
        "Cache-Control": "no-store",
      }),
    ),
  });
  endpoint(
    "/project_import",
    {
      POST: async (c) => {
        const { project: row, isScheduleOff } = await receiveArchive(deps, c);
        noteSubject(c, row);
        const shown = deps.dialect.shown("project", toProjectResponse)(row);
        const notice = isScheduleOff ? SCHEDULE_OFF_TEXT : null;
        return c.json({ ...(shown as object), notice } as ProjectImportResponse, 201);
      },
    },
    { access: "session" },
  );
}

/** Bytes are made on demand: an export holds one chunk, however slow its reader is. */
function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
