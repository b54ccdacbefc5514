import type { UploadRequest, UploadResponse, uploadResponse } from "#contract/upload.ts";
import { networkError, toApiError } from "./api-error.ts";
import { type Answer, command, refreshSession, request, urlOf } from "./client.ts";

export function openUpload(body: UploadRequest, signal: AbortSignal): Promise<UploadResponse> {
  return request<Answer<typeof uploadResponse>>("uploads/", { method: "POST", body, signal });
}

export function readUpload(uploadId: number, signal: AbortSignal): Promise<UploadResponse> {
  return request<Answer<typeof uploadResponse>>(`uploads/${uploadId}/`, { signal });
}

/** The id of the row that ingestion fills. */
export async function completeUpload(uploadId: number, signal: AbortSignal): Promise<number> {
  return (await request<{ readonly id: number }>(`uploads/${uploadId}/complete/`, { method: "POST", signal }))
    .id;
}

/** Gives up an upload, so that the server can delete its parts. Best effort: the server sweeps the rest. */
export function abandonUpload(uploadId: number): Promise<void> {
  return command(`uploads/${uploadId}/`, { method: "DELETE" }).catch(() => {});
}

export interface PartRequest {
  readonly uploadId: number;
  readonly part: number;
  readonly bytes: Blob;
  readonly signal: AbortSignal;
  readonly onProgress: (sentBytes: number) => void;
}

/** Sends one part. Uses XMLHttpRequest, because `fetch` does not report how much of a body has been sent. */
export async function sendPart(part: PartRequest): Promise<void> {
  let outcome = await putPart(part);
  if (outcome.status === 401 && (await refreshSession())) outcome = await putPart(part);
  if (outcome.status < 200 || outcome.status >= 300) throw toApiError(outcome.status, outcome.body);
}

function putPart(part: PartRequest): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    part.signal.addEventListener("abort", abort, { once: true });
    xhr.open("PUT", urlOf(`uploads/${part.uploadId}/parts/${part.part}/`));
    xhr.setRequestHeader("Content-Type", "application/octet-stream");
    xhr.responseType = "json";
    xhr.upload.onprogress = (event) => part.onProgress(event.loaded);
    xhr.onload = () => resolve({ status: xhr.status, body: xhr.response });
    xhr.onerror = () => reject(networkError());
    xhr.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    xhr.onloadend = () => part.signal.removeEventListener("abort", abort);
    xhr.send(part.bytes);
  });
}
