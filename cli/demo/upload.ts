import type { TrainingDataResponse } from "#contract/training-data.ts";
import type { UploadKind, UploadResponse } from "#contract/upload.ts";
import type { ApiClient } from "./api-client.ts";
import { waitFor } from "./wait-for.ts";

/** A file to send: its name, its size, and its bytes from `start` to `end`. */
export interface LocalFile {
  readonly name: string;
  readonly size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

export type UploadedRow = Pick<TrainingDataResponse, "id" | "status" | "error" | "report">;

/** Sends a file in parts and waits until it is read. Throws with the server's reason when the file cannot be used. */
export async function uploadFile(
  client: ApiClient,
  projectId: number,
  kind: UploadKind,
  file: LocalFile,
  onProgress: (share: number) => void,
): Promise<UploadedRow> {
  const opening = { project: projectId, kind, filename: file.name, size: file.size };
  const upload = await client.post<UploadResponse>("uploads/", opening);
  for (let start = 0, part = 1; start < file.size || part === 1; start += upload.part_size, part++) {
    const bytes = await file.read(start, Math.min(start + upload.part_size, file.size));
    await client.put(`uploads/${upload.id}/parts/${part}/`, bytes);
    onProgress(Math.min(1, (start + bytes.length) / Math.max(file.size, 1)));
  }
  const { id } = await client.post<UploadedRow>(`uploads/${upload.id}/complete/`, {});
  const row = await waitFor(
    () => client.get<UploadedRow>(`${kind}/${id}/`),
    ({ status }) => status === "READY" || status === "FAILED",
  );
  if (row.status === "FAILED") throw new UnusableFile(row.error ?? `${file.name} could not be read.`);
  return row;
}

/** The fault is in the file, not in the program. */
export class UnusableFile extends Error {}
