import { contentDisposition } from "#services/files/file-names.ts";
import type { ApiContext } from "../middleware/context.ts";

/** A stored object as a file to save, streamed as it is read. */
export function downloadResponse(c: ApiContext, object: R2ObjectBody, name: string): Response {
  return c.body(object.body, 200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": String(object.size),
    "Content-Disposition": contentDisposition(name),
    "Cache-Control": "no-cache",
  });
}
