import { describe, expect, it } from "vitest";
import { startCommand } from "../../../cli/demo/start-command.ts";
import { DEFAULT_PORT, DEFAULT_STATE_DIR } from "../../../scripts/local-stack.ts";

describe("startCommand", () => {
  it.each([
    [DEFAULT_PORT, DEFAULT_STATE_DIR, "npm start"],
    [8800, DEFAULT_STATE_DIR, "npm start -- --port 8800"],
    [DEFAULT_PORT, "/data/other", "npm start -- --state /data/other"],
    [8800, "/it's here", "npm start -- --port 8800 --state '/it'\\''s here'"],
  ])("starts port %i and state %s again by %s", (port, stateDir, command) => {
    expect(startCommand({ port, stateDir })).toBe(command);
  });

  it("gives the whole path of the folder, so that the command works anywhere", () => {
    expect(startCommand({ port: DEFAULT_PORT, stateDir: "other" })).toBe(
      `npm start -- --state ${process.cwd()}/other`,
    );
  });
});
