/** Stores on this device which upload is under way, so that it can continue after the page was closed. */
import type { UploadKind } from "#contract/upload.ts";

export interface UnfinishedUpload {
  readonly uploadId: number;
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

/** A device may have what another version of the page stored. */
function isUnfinished(stored: unknown): stored is UnfinishedUpload {
  const { uploadId, filename, size, lastModified } = (stored ?? {}) as Partial<UnfinishedUpload>;
  return [uploadId, size, lastModified].every(Number.isFinite) && typeof filename === "string";
}

const keyOf = (projectId: number, kind: UploadKind) => `edgewise.upload.${projectId}.${kind}`;

export function readUnfinished(projectId: number, kind: UploadKind): UnfinishedUpload | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(projectId, kind)) ?? "null");
    return isUnfinished(stored) ? stored : null;
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
