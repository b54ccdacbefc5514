/** Stores on this device which upload is under way, so that it can continue after the page was closed. */
import * as z from "zod";
import type { UploadKind } from "#contract/upload.ts";

const unfinishedUpload = z.object({
  uploadId: z.number().int(),
  filename: z.string(),
  size: z.number(),
  lastModified: z.number(),
});
export type UnfinishedUpload = z.infer<typeof unfinishedUpload>;

const keyOf = (projectId: number, kind: UploadKind) => `edgewise.upload.${projectId}.${kind}`;

export function readUnfinished(projectId: number, kind: UploadKind): UnfinishedUpload | null {
  try {
    const parsed = unfinishedUpload.safeParse(
      JSON.parse(localStorage.getItem(keyOf(projectId, kind)) ?? "null"),
    );
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function writeUnfinished(projectId: number, kind: UploadKind, upload: UnfinishedUpload | null): void {
  try {
    if (upload === null) localStorage.removeItem(keyOf(projectId, kind));
    else localStorage.setItem(keyOf(projectId, kind), JSON.stringify(upload));
  } catch {
    // Storage is blocked: a closed page means a new upload.
  }
}

/** True when a chosen file is, as far as a browser can tell, the one with the interrupted upload. */
export function isSameFile(unfinished: UnfinishedUpload, file: File): boolean {
  return (
    unfinished.filename === file.name &&
    unfinished.size === file.size &&
    unfinished.lastModified === file.lastModified
  );
}
