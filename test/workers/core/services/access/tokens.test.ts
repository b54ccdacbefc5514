import { describe, expect, it } from "vitest";
import { makeTokens } from "#services/access/tokens.ts";

const SECRET = "a-secret-for-tests-of-at-least-32-characters";
const CONTENT = { user_id: 7, ver: 0, sid: "family", jti: "one" };

describe("makeTokens", () => {
  it("verifies what it signed, for the right kind of token only", async () => {
    const tokens = makeTokens(SECRET, () => 1_000_000);
    const access = await tokens.sign("access", CONTENT);
    expect(await tokens.verify(access, "access")).toMatchObject({
      ok: true,
      claims: { ...CONTENT, exp: 1300 },
    });
    expect(await tokens.verify(access, null)).toMatchObject({ ok: true });
    expect(await tokens.verify(access, "refresh")).toEqual({ ok: false, problem: "Token has wrong type" });
  });

  it("knows an expired token from an invalid one", async () => {
    let now = 0;
    const tokens = makeTokens(SECRET, () => now);
    const access = await tokens.sign("access", CONTENT);
    now = 301_000;
    expect(await tokens.verify(access, "access")).toEqual({ ok: false, problem: "Token is expired" });
    expect(await tokens.verify(`${access}x`, "access")).toEqual({ ok: false, problem: "Token is invalid" });
  });

  it("trusts no other secret and no unsigned token", async () => {
    const tokens = makeTokens(SECRET, () => 0);
    const foreign = await makeTokens(`${SECRET}!`, () => 0).sign("access", CONTENT);
    const [, payload] = foreign.split(".");
    const unsigned = `${btoa('{"alg":"none"}').replaceAll("=", "")}.${payload}.`;
    for (const token of [foreign, unsigned, "", "garbage"]) {
      expect(await tokens.verify(token, "access")).toEqual({ ok: false, problem: "Token is invalid" });
    }
  });
});
