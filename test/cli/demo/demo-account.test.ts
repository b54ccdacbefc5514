import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { administratorText, openAccount } from "../../../cli/demo/demo-account.ts";

/** A stack that signs anybody up. */
async function stackWhere(isFirst: boolean): Promise<string> {
  const server = createServer((request, response) => {
    const isSignUp = request.url === "/api/v1/auth/signup/";
    const body = isSignUp ? { access: "a", refresh: "r" } : { pk: 1, is_superuser: isFirst };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the demo's account", () => {
  it.each([true, false])("knows whether it is the administrator: %s", async (isFirst) => {
    expect((await openAccount(await stackWhere(isFirst))).isAdministrator).toBe(isFirst);
  });

  it("prints everything that is needed to sign in", () => {
    const text = administratorText("http://localhost:8787", { username: "demo-1", password: "secret-2" });
    for (const part of ["http://localhost:8787", "administrator", "demo-1", "secret-2"]) {
      expect(text).toContain(part);
    }
  });
});
