import { describe, expect, it } from "vitest";
import { safeNextPath } from "../../../../web/features/auth/next-path.ts";

describe("safeNextPath", () => {
  it.each([
    ["/projects/7?tab=1", "/projects/7?tab=1"],
    [undefined, "/"],
    ["", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
  ])("goes from %s to %s", (next, expected) => expect(safeNextPath(next)).toBe(expected));
});
