import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { CODE_KINDS, codeSample } from "#web/features/onboarding/code-samples.ts";
import {
  automaticStep,
  failedStep,
  nextStep,
  type StartProgress,
} from "#web/features/onboarding/start-steps.ts";

const NOTHING: StartProgress = { data: [], jobs: [], models: [], hasKey: false, requests: 0, events: 0 };
const READ: StartProgress = { ...NOTHING, data: ["READY"] };
const TUNED: StartProgress = { ...READ, jobs: ["COMPLETED"] };
const TRAINED: StartProgress = { ...TUNED, models: ["READY"] };

describe("the steps of a start", () => {
  it.each([
    ["a new project uploads", NOTHING, "upload", "upload"],
    ["waits while a file is read", { ...NOTHING, data: ["INGESTING"] }, "read", null],
    ["tunes once there is data", READ, "tune", "tune"],
    ["starts no second job", { ...READ, jobs: ["RUNNING"] }, "tune", null],
    ["waits for the training", { ...TUNED, models: ["TRAINING"] }, "train", null],
    ["makes a key once a model is ready", TRAINED, "key", "key"],
    ["asks once there is a key", { ...TRAINED, hasKey: true }, "request", "request"],
    ["leaves the first event to a person", { ...TRAINED, hasKey: true, requests: 1 }, "event", null],
    ["ends", { ...TRAINED, hasKey: true, requests: 1, events: 1 }, null, null],
    ["counts a model without a job as tuned", { ...READ, models: ["READY"] }, "key", "key"],
  ])("%s", (_, progress, next, automatic) => {
    expect([nextStep(progress), automaticStep(progress)]).toEqual([next, automatic]);
  });

  it.each([
    ["a file that could not be read", { ...NOTHING, data: ["FAILED"] }, "read"],
    ["no file that failed after another was read", { ...NOTHING, data: ["FAILED", "READY"] }, null],
    ["a job", { ...READ, jobs: ["FAILED"] }, "tune"],
    ["a training", { ...TUNED, models: ["FAILED"] }, "train"],
  ])("names as failed %s", (_, progress, failed) => {
    expect(failedStep(progress)).toBe(failed);
  });
});

const FACTS = {
  origin: "https://recommend.example",
  key: "rctm_key",
  userId: `o'Hara "</script>`,
  itemId: "42",
};

describe("code to copy", () => {
  it.each(CODE_KINDS.filter((kind) => kind !== "browser"))("has the key and the address in %s", (kind) => {
    const code = codeSample(kind, FACTS);
    expect(code).toContain("rctm_key");
    expect(code).toContain("https://recommend.example");
  });

  it("puts no secret key and no end of a script into a page", () => {
    const code = codeSample("browser", FACTS);
    expect(code).not.toContain("rctm_key");
    expect(code.match(/<\/script>/g)).toHaveLength(1);
  });

  it("quotes any id in JavaScript", () => {
    const code = codeSample("typescript", FACTS);
    const [, text = ""] = /user_id: (".*?"), limit/.exec(code) ?? [];
    expect(runInNewContext(text)).toBe(FACTS.userId);
  });
});
