import type { TrainingDataRow } from "../resources/training-data.ts";

/**
 * Why data cannot be used for training now; null when they can. Data that are still being read are refused: their report comes
 * first.
 */
export function dataProblem(data: TrainingDataRow): string | null {
  const isUnread = data.status === "PENDING" || data.status === "INGESTING";
  if (isUnread && data.fileKey !== null) {
    return `Data ${data.id} is still being read. Try again when it is READY.`;
  }
  return unusableDataText(data);
}

/** Why data can never be used for training; null when they can, or may be once they are read. */
export function unusableDataText(data: TrainingDataRow): string | null {
  if (data.status === "FAILED") return `Data ${data.id} could not be read: ${data.error ?? "unknown reason"}`;
  if (data.fileKey === null) return `Data ${data.id} has been deleted.`;
  return data.status === "READY" && data.artifactKey === null ? `Data ${data.id} has no rows.` : null;
}
