import { describe, expect, it } from "vitest";
import { type AirecFacts, airecStatus, airecStep, type FileFacts } from "#services/airec/airec-step.ts";

const READY: FileFacts = { status: "READY", error: null };
const PENDING: FileFacts = { status: "PENDING", error: null };
const READING: FileFacts = { status: "INGESTING", error: null };
const refused: FileFacts = { status: "FAILED", error: "Not UTF-8." };
const facts = (changes: Partial<AirecFacts> = {}): AirecFacts => ({
  modelType: "hybrid",
  error: null,
  wasReady: false,
  rows: [READY, READY],
  model: null,
  ...changes,
});
const model = (status: "PENDING" | "TRAINING" | "READY" | "FAILED", error: string | null = null) => ({
  status,
  error,
});

describe("the next step of a project", () => {
  it.each<[string, Partial<AirecFacts>, object, string]>([
    ["with files in the queue", { rows: [PENDING, PENDING] }, { type: "wait", status: "pending" }, "pending"],
    [
      "with one file being read",
      { rows: [READING, PENDING] },
      { type: "wait", status: "processing" },
      "processing",
    ],
    ["with one file read", { rows: [READY, PENDING] }, { type: "wait", status: "processing" }, "processing"],
    ["with all files read", {}, { type: "train" }, "processing"],
    ["in training", { model: model("TRAINING") }, { type: "wait", status: "processing" }, "processing"],
    ["with its model", { model: model("READY") }, { type: "ready" }, "ready"],
    ["of items alone", { modelType: "content", rows: [READY] }, { type: "ready" }, "ready"],
    ["with a refused file", { rows: [READING, refused] }, { type: "fail", reason: "Not UTF-8." }, "error"],
    [
      "with a deleted file",
      { rows: [READY, null] },
      { type: "fail", reason: "A file of the project was deleted." },
      "error",
    ],
    [
      "with a failed training",
      { model: model("FAILED", "No room.") },
      { type: "fail", reason: "No room." },
      "error",
    ],
    [
      "that failed before",
      { error: "Old.", model: model("READY") },
      { type: "fail", reason: "Old." },
      "error",
    ],
    [
      "that was ready, whatever became of its rows",
      { wasReady: true, rows: [null] },
      { type: "ready" },
      "ready",
    ],
  ])("%s", (_, changes, step, status) => {
    const found = airecStep(facts(changes));
    expect(found).toEqual(step);
    expect(airecStatus(found)).toBe(status);
  });
});
