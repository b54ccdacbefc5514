import { describe, expect, it } from "vitest";
import { type ProjectProgress, projectSteps } from "../../../../web/features/projects/project-steps.ts";

function progress(overrides: Partial<ProjectProgress> = {}): ProjectProgress {
  return { data: [], jobs: [], models: [], activeKeyCount: 0, ...overrides };
}
const states = (facts: Partial<ProjectProgress>) => projectSteps(progress(facts)).map((step) => step.state);

describe("projectSteps", () => {
  it.each<[string, Partial<ProjectProgress>, string[]]>([
    ["begins with data", {}, ["next", "later", "later", "later"]],
    ["waits for a file to be read", { data: ["INGESTING"] }, ["running", "later", "later", "later"]],
    ["goes on to tuning", { data: ["READY"] }, ["done", "next", "later", "later"]],
    [
      "stays at data while a second file is read",
      { data: ["PENDING", "READY"] },
      ["done", "next", "later", "later"],
    ],
    ["shows a running job", { data: ["READY"], jobs: ["RUNNING"] }, ["done", "running", "later", "later"]],
    [
      "shows the training that follows",
      { data: ["READY"], jobs: ["COMPLETED"], models: ["TRAINING"] },
      ["done", "done", "running", "later"],
    ],
    [
      "asks for a key once there is a model, however it was made",
      { data: ["READY"], models: ["READY"] },
      ["done", "done", "done", "next"],
    ],
    [
      "is through with a key",
      { data: ["READY"], jobs: ["COMPLETED"], models: ["READY"], activeKeyCount: 1 },
      ["done", "done", "done", "done"],
    ],
    [
      "is not live with a key alone, once all models are gone",
      { data: ["READY"], jobs: ["COMPLETED"], activeKeyCount: 1 },
      ["done", "done", "next", "later"],
    ],
  ])("%s", (_, facts, expected) => expect(states(facts)).toEqual(expected));

  it("says that the last attempt failed, until one succeeds", () => {
    expect(projectSteps(progress({ data: ["FAILED"] }))[0]).toMatchObject({ state: "next", failed: true });
    expect(projectSteps(progress({ data: ["FAILED", "READY"] }))[0]).toMatchObject({
      state: "done",
      failed: false,
    });
  });
});
