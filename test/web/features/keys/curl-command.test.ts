import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { curlCommand, predictRequestOf } from "../../../../web/features/keys/curl-command.ts";

describe("curlCommand", () => {
  it("passes any id through the shell unchanged", () => {
    const userId = `o'neill "$HOME" \\ \`x\``;
    const request = predictRequestOf("http://localhost:8787", 3, { userId });
    const command = curlCommand(request, "rctm_key").replace(/^curl/, 'printf "%s\\n"');
    const words = execFileSync("sh", ["-c", command], { encoding: "utf8" }).trimEnd().split("\n");
    expect(words).toEqual([
      "-X",
      "POST",
      "http://localhost:8787/inference/predict/project/3",
      "-H",
      "X-API-Key: rctm_key",
      "-H",
      "Content-Type: application/json",
      "-d",
      JSON.stringify({ user_id: userId, cutoff: 10, include_metadata: true }),
    ]);
  });

  it("asks for a new user by items", () => {
    const { body } = predictRequestOf("http://x", 3, { itemIds: ["a", "b"] });
    expect(body).toEqual({ item_ids: ["a", "b"], cutoff: 10, include_metadata: true });
  });
});
