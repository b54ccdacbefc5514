import { describe, expect, it } from "vitest";
import { toErrorResponse } from "#api/middleware/error-response.ts";
import { AppError, fieldError, notAuthenticated, notFound } from "#services/app-error.ts";

describe("toErrorResponse", () => {
  it.each([
    [fieldError("name", "Too odd."), 400, { name: ["Too odd."] }],
    [notFound("Project"), 404, { detail: "No Project matches the given query." }],
    [new AppError("conflict", "Ended.", { code: "ended" }), 409, { detail: "Ended.", code: "ended" }],
    [new AppError("too_large", "Much."), 413, { detail: "Much." }],
  ])("maps %s", async (error, status, body) => {
    const response = toErrorResponse(error);
    expect(response?.status).toBe(status);
    expect(await response?.json()).toEqual(body);
  });

  it("challenges a caller who is not authenticated, and keeps headers out of the body", async () => {
    expect(toErrorResponse(notAuthenticated())?.headers.get("www-authenticate")).toBe("X-API-Key");
    const headers = { "WWW-Authenticate": 'Bearer realm="api"' };
    const response = toErrorResponse(new AppError("not_authenticated", "No.", { headers }));
    expect(response?.headers.get("www-authenticate")).toBe('Bearer realm="api"');
    expect(await response?.json()).toEqual({ detail: "No." });
  });

  it("gives no answer for an unknown error", () => {
    expect(toErrorResponse(new Error("boom"))).toBeNull();
  });
});
