import { scrypt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashPassword, passwordProblems, verifyPassword } from "#services/access/passwords.ts";

const salt = (length: number) => new Uint8Array(length).fill(7);

describe("hashPassword", () => {
  it("contains its settings, and verifies its own password only", async () => {
    const stored = await hashPassword("tête-à-tête", salt);
    expect(stored).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(await verifyPassword("tête-à-tête".normalize("NFD"), stored)).toBe(true);
    expect(await verifyPassword("tete-a-tete", stored)).toBe(false);
  });

  it("verifies hashes of another cost, and none of another scheme", async () => {
    const cost = { N: 2, r: 1, p: 1, maxmem: 1_000_000 };
    const weak = await new Promise<string>((done, failed) => {
      scrypt("pw", new Uint8Array(16), 32, cost, (error, key) =>
        error ? failed(error) : done(btoa(String.fromCharCode(...key))),
      );
    });
    expect(await verifyPassword("pw", `scrypt$2$1$1$AAAAAAAAAAAAAAAAAAAAAA==$${weak}`)).toBe(true);
    expect(await verifyPassword("pw", `bcrypt$2$1$1$AAAAAAAAAAAAAAAAAAAAAA==$${weak}`)).toBe(false);
    expect(await verifyPassword("pw", "")).toBe(false);
  });
});

describe("passwordProblems", () => {
  it.each([
    ["12345", 3],
    ["123", 3],
    ["abc", 2],
    ["password", 1],
    ["newbie-1234", 1],
    ["Str0ng-enough-1", 0],
  ])("finds in %s this number of problems: %i", (password, count) => {
    expect(passwordProblems(password, { username: "newbie-1234", email: "" })).toHaveLength(count);
  });
});
