/** The names of the jobs' Durable Objects, for the control plane and the trainer. */
import type { UploadKind } from "#contract/upload.ts";

export const studyName = (jobId: number): string => `study-${jobId}`;
export const trainingName = (modelId: number): string => `training-${modelId}`;
export const erasureName = (itemId: number): string => `erasure-${itemId}`;
export const ingestionName = (source: UploadKind, rowId: number): string => `ingestion-${source}-${rowId}`;
