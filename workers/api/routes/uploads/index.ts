import { uploadRequest } from "#contract/upload.ts";
import type { DataFileRow } from "#services/files/data-files.ts";
import {
  abortUpload,
  completeUpload,
  createUpload,
  getUpload,
  putPart,
  toUploadResponse,
  type UploadRow,
} from "#services/files/uploads.ts";
import type { TrainingDataRow } from "#services/resources/training-data.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import { type Endpoint, type Handler, idParam } from "../../middleware/endpoint.ts";
import { type MetaDataRow, toMetaDataResponse } from "../meta-data-response.ts";
import { roomFor } from "../quota-room.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toTrainingDataResponse } from "../training_data/training-data-response.ts";

function toDataResponse(upload: UploadRow, row: DataFileRow): object {
  if (upload.kind === "training_data") return toTrainingDataResponse(row as TrainingDataRow);
  return toMetaDataResponse(upload.kind, row as MetaDataRow);
}

function contentLength(c: ApiContext): number | null {
  const text = c.req.header("content-length");
  return text === undefined ? null : Number(text);
}

export function uploadRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const withUpload =
    (handle: (c: ApiContext, upload: UploadRow) => Promise<Response>): Handler =>
    async (c) =>
      handle(c, await getUpload(deps, c.var.caller.viewer, idParam(c)));

  endpoint("/uploads", {
    POST: async (c) => {
      const body = await parseBody(c, uploadRequest);
      const { viewer } = c.var.caller;
      const upload = await createUpload(
        deps,
        viewer,
        body,
        roomFor(deps, viewer, "storage_mb", body.size / 1e6),
      );
      return c.json(await toUploadResponse(deps, upload), 201);
    },
  });
  endpoint("/uploads/:id", {
    GET: withUpload(async (c, upload) => c.json(await toUploadResponse(deps, upload))),
    DELETE: withUpload(async (c, upload) => {
      await abortUpload(deps, upload);
      return c.body(null, 204);
    }),
  });
  endpoint("/uploads/:id/parts/:part", {
    PUT: withUpload(async (c, upload) => {
      await putPart(deps, upload, idParam(c, "part"), c.req.raw.body, contentLength(c));
      return c.json(await toUploadResponse(deps, upload));
    }),
  });
  endpoint("/uploads/:id/complete", {
    POST: withUpload(async (c, upload) => {
      const row = await completeUpload(deps, upload);
      noteSubject(c, row, { action: `POST /${upload.kind}` });
      return c.json(toDataResponse(upload, row), 201);
    }),
  });
}
