/**
 * What a project of AiREC waits for, from its rows alone: nothing else remembers how far it is, so a killed stack goes on where it
 * was.
 */
import type { AirecModelType, AirecStatus } from "#contract/airec.ts";

export interface AirecFacts {
  readonly modelType: AirecModelType;
  /** Set once: it was never ready and never will be. */
  readonly error: string | null;
  /** Whether it was ready before. */
  readonly wasReady: boolean;
  /** The rows of its files; null for one that is gone. */
  readonly rows: readonly (FileFacts | null)[];
  /** The newest model of its interactions; null before there is one. */
  readonly model: ModelFacts | null;
}

export interface FileFacts {
  readonly status: "PENDING" | "INGESTING" | "READY" | "FAILED";
  readonly error: string | null;
}

export interface ModelFacts {
  readonly status: "PENDING" | "TRAINING" | "READY" | "FAILED";
  readonly error: string | null;
}

export type AirecStep =
  | { readonly type: "wait"; readonly status: "pending" | "processing" }
  | { readonly type: "train" }
  | { readonly type: "ready" }
  | { readonly type: "fail"; readonly reason: string };

/**
 * The next step. Cases, first match wins:
 *  - it has failed, or was ready                     → stays
 *  - a file is gone, or was refused                  → fail
 *  - no file is being read yet                       → wait, pending
 *  - a file is not read                              → wait, processing
 *  - it has a table of items alone                   → ready: the table has its index
 *  - its interactions have no model                  → train
 *  - the training failed                             → fail
 *  - the model is ready                              → ready
 *  - otherwise                                       → wait, processing
 */
export function airecStep(facts: AirecFacts): AirecStep {
  if (facts.error !== null) return { type: "fail", reason: facts.error };
  if (facts.wasReady) return { type: "ready" };
  const lost = facts.rows.map(lossOf).find((reason) => reason !== null);
  if (lost) return { type: "fail", reason: lost };
  const unread = facts.rows.filter((row) => row?.status !== "READY");
  if (facts.rows.every((row) => row?.status === "PENDING")) return { type: "wait", status: "pending" };
  if (unread.length > 0) return { type: "wait", status: "processing" };
  return trainingStep(facts);
}

function trainingStep({ modelType, model }: AirecFacts): AirecStep {
  if (modelType === "content" || model?.status === "READY") return { type: "ready" };
  if (model === null) return { type: "train" };
  if (model.status === "FAILED") return { type: "fail", reason: model.error ?? "The training failed." };
  return { type: "wait", status: "processing" };
}

export function airecStatus(step: AirecStep): AirecStatus {
  switch (step.type) {
    case "wait":
      return step.status;
    case "train":
      return "processing";
    case "ready":
      return "ready";
    case "fail":
      return "error";
  }
}

function lossOf(row: FileFacts | null): string | null {
  if (row === null) return "A file of the project was deleted.";
  return row.status === "FAILED" ? (row.error ?? "A file could not be read.") : null;
}
