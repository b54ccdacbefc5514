import { afterEach, describe, expect, it } from "vitest";
import { TOKEN_HEADER, USE_PATH } from "#scripts/stack/compute/names.ts";
import { startPoolServer } from "#scripts/stack/compute/pool-server.ts";

const TOKEN = "a token";
let ran: string[] = [];
afterEach(() => {
  ran = [];
});

/** A server whose pool notes its messages; those that say so fail. */
async function world() {
  const state = { hasProblem: false };
  const pool = {
    run: async (message: string) => {
      if (message === "fails") throw new Error("no memory");
      ran.push(message);
    },
  };
  const address = await startPoolServer(
    pool,
    TOKEN,
    () => state.hasProblem,
    (place) => (place === 1 ? { cpuSeconds: 1.5, peakBytes: 7 } : null),
  );
  const ask = (init: RequestInit, path = "/") => fetch(`http://${address}${path}`, init);
  return { state, ask };
}

describe("the pool's server", () => {
  it("answers a message when its work has ended, with the reason if it failed", async () => {
    const { ask } = await world();
    const headers = { [TOKEN_HEADER]: TOKEN };
    const done = await ask({ method: "POST", headers, body: "a message" });
    const failed = await ask({ method: "POST", headers, body: "fails" });
    expect([done.status, failed.status, await failed.text(), ran]).toEqual([
      204,
      500,
      "no memory",
      ["a message"],
    ]);
  });

  it("takes no message without the token", async () => {
    const { ask } = await world();
    expect([(await ask({ method: "POST", body: "a message" })).status, ran]).toEqual([403, []]);
  });

  it("says what a process takes to those with the token", async () => {
    const { ask } = await world();
    const headers = { [TOKEN_HEADER]: TOKEN };
    const [known, unknown, foreign] = await Promise.all([
      ask({ headers }, `${USE_PATH}1`),
      ask({ headers }, `${USE_PATH}2`),
      ask({}, `${USE_PATH}1`),
    ]);
    expect(await known.json()).toEqual({ cpuSeconds: 1.5, peakBytes: 7 });
    expect(await unknown.json()).toBeNull();
    expect([foreign.status, await foreign.text()]).toEqual([403, ""]);
  });

  it("says whether processes start", async () => {
    const { state, ask } = await world();
    expect((await ask({})).status).toBe(204);
    state.hasProblem = true;
    const refused = await ask({});
    expect([refused.status, await refused.text()]).toEqual([503, ""]);
  });
});
