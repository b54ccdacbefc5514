import { describe, expect, it } from "vitest";
import { startCommand } from "../../../cli/demo/start-command.ts";
import { DEFAULT_PORT, DEFAULT_STATE_DIR } from "../../../scripts/local-stack.ts";

describe("startCommand", () => {
  it.each([
    [DEFAULT_PORT, DEFAULT_STATE_DIR, "npm start"],
    [8800, DEFAULT_STATE_DIR, "npm start -- --port 8800"],
    [DEFAULT_PORT, "/data/other", "npm start -- --state /data/other"],
    [8800, "/it's here", "npm start -- --port 8800 --state '/it'\\''s here'"],
  ])("brings port %i and state %s back by %s", (port, stateDir, command) => {
    expect(startCommand({ port, stateDir })).toBe(command);
  });

  it("names the folder wherever the next command is typed", () => {
    expect(startCommand({ port: DEFAULT_PORT, stateDir: "other" })).toBe(
      `npm start -- --state ${process.cwd()}/other`,
    );
  });
});
