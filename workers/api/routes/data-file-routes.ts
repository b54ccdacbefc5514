/** The routes of uploaded files, for all kinds: upload in one form, list, download, unlink, delete. */
import type { UploadKind } from "#contract/upload.ts";
import type { itemMetaData, trainingData, userMetaData } from "#db/schema.ts";
import { toHex } from "#platform/encoding.ts";
import { FieldError, fieldError } from "#services/app-error.ts";
import { deleteDataFile, unlinkDataFile } from "#services/erasure/file-deletion.ts";
import { type DataFileRow, openDownload } from "#services/files/data-files.ts";
import { FILE_REQUIRED_TEXT, receiveForm } from "#services/files/form-uploads.ts";
import type { Resource } from "#services/resources/listing.ts";
import { noteSubject } from "../middleware/audit.ts";
import { unsupportedMediaType } from "../middleware/body.ts";
import type { Endpoint, Handler } from "../middleware/endpoint.ts";
import { announcedLength, boundaryOf, formParts, UploadForm } from "../middleware/multipart.ts";
import { downloadResponse } from "./download-response.ts";
import { roomFor } from "./quota-room.ts";
import { removalAnswer, removalOptions } from "./removal.ts";
import { resourceRoutes, rowHandler } from "./resource-routes.ts";
import type { RouteDeps } from "./route-deps.ts";

/** Seven of its hex digits are shown. */
const TOKEN_BYTES = 4;
const FILE_STAYS_TEXT = "A file stays as it was uploaded. Upload the new one beside it.";

type DataFileTable = typeof trainingData | typeof itemMetaData | typeof userMetaData;

export interface DataFileRoutes<T extends DataFileTable> {
  readonly kind: UploadKind;
  readonly resource: Resource<T>;
  readonly toResponse: (row: T["$inferSelect"]) => object;
}

export function dataFileRoutes<T extends DataFileTable>(
  endpoint: Endpoint,
  deps: RouteDeps,
  { kind, resource, toResponse }: DataFileRoutes<T>,
): void {
  const { files } = deps.dialect;
  const naming = files.checkName ? { checkName: files.checkName } : {};
  const create: Handler = async (c) => {
    const boundary = boundaryOf(c.req.header("content-type") ?? "");
    const { body } = c.req.raw;
    if (boundary === null || body === null) throw unsupportedMediaType(c);
    const { viewer } = c.var.caller;
    const room = (bytes: number) => roomFor(deps, viewer, "storage_mb", bytes / 1e6);
    // A form has its length only in its header, if at all; the file is counted again once it is stored.
    await room(Number(c.req.header("content-length") ?? 0)).require();
    const formDeps = { ...deps, ...naming, roomFor: room };
    const form = new UploadForm(body, boundary, announcedLength(c.req));
    const row = await receiveForm(formDeps, viewer, kind, form).catch(restyled);
    await refuseObjectionable(row).catch(restyled);
    noteSubject(c, row);
    return c.json(toResponse(row), 201);
  };
  const restyled = (error: unknown): never => {
    const [text] = error instanceof FieldError ? (error.fields.file ?? []) : [];
    if (text === undefined) throw error;
    throw fieldError("file", files.refusalText(text, toHex(deps.randomBytes(TOKEN_BYTES))));
  };
  const refuseObjectionable = async (row: DataFileRow): Promise<void> => {
    const text = "report" in row ? files.objection(row) : null;
    if (text === null) return;
    await deleteDataFile(deps, kind, row);
    throw fieldError("file", text);
  };
  // Results from a file must stay true, so a row's file cannot be replaced.
  const change = rowHandler(deps.db, resource, async (c) => {
    const boundary = boundaryOf(c.req.header("content-type") ?? "");
    const { body } = c.req.raw;
    if (boundary === null || body === null) throw unsupportedMediaType(c);
    const names: string[] = [];
    for await (const part of formParts(body, boundary)) names.push(part.name);
    throw fieldError("file", names.includes("file") ? FILE_STAYS_TEXT : FILE_REQUIRED_TEXT);
  });
  resourceRoutes(endpoint, deps.db, {
    resource,
    toResponse,
    remove: (_viewer, row, c) =>
      removalAnswer(deps.dialect, c, deleteDataFile(deps, kind, row, removalOptions(deps.dialect, c))),
    override: { list: { POST: create }, detail: { PUT: change, PATCH: change } },
  });
  endpoint(`/${kind}/:id/download_file`, {
    GET: rowHandler(deps.db, resource, async (c, row) =>
      downloadResponse(c, await openDownload(deps, row.fileKey), row.basename),
    ),
  });
  endpoint(`/${kind}/:id/unlink_file`, {
    DELETE: rowHandler(deps.db, resource, async (c, row) =>
      c.json(toResponse(await unlinkDataFile(deps, kind, row))),
    ),
  });
}
