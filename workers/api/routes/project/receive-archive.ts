import { MAX_NAME_LENGTH, name256 } from "#contract/primitives.ts";
import { fieldError } from "#services/app-error.ts";
import { type Imported, importProject } from "#services/archive/project-import.ts";
import type { FormPart } from "#services/files/form-part.ts";
import { FILE_REQUIRED_TEXT } from "#services/files/form-uploads.ts";
import { unsupportedMediaType } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import { announcedLength, boundaryOf, formParts } from "../../middleware/multipart.ts";
import { roomFor } from "../quota-room.ts";
import type { RouteDeps } from "../route-deps.ts";

/** A form with the archive as `file` and, before it, optionally the new project's `name`. */
export async function receiveArchive(deps: RouteDeps, c: ApiContext): Promise<Imported> {
  const boundary = boundaryOf(c.req.header("content-type") ?? "");
  const { body } = c.req.raw;
  if (boundary === null || body === null) throw unsupportedMediaType(c);
  const { viewer } = c.var.caller;
  await roomFor(deps, viewer, "projects").require();
  // The project itself counts once its import has begun.
  const room = roomFor(deps, viewer, "projects", 0);
  let name: string | null = null;
  for await (const part of formParts(body, boundary, { announced: announcedLength(c.req) })) {
    if (part.name === "name") name = await readName(part);
    if (part.name === "file" && part.filename !== null) {
      // Awaited here: leaving the loop ends the form.
      return await importProject({ ...deps, room }, viewer, part.bytes, name);
    }
  }
  throw fieldError("file", FILE_REQUIRED_TEXT);
}

async function readName({ bytes }: FormPart): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) {
    // A longer text is not a name.
    if (text.length <= MAX_NAME_LENGTH) text += decoder.decode(chunk, { stream: true });
  }
  const parsed = name256.safeParse(text + decoder.decode());
  if (!parsed.success) throw fieldError("name", parsed.error.issues[0]?.message ?? "");
  return parsed.data;
}
