import { Agent, request } from "node:http";
import { expect, it } from "vitest";
import { startLoopback } from "#scripts/stack/loopback.ts";

/** Sends a line as the runtime does, over a connection that could be used again. */
function sendLine(address: string, line: string, headers: Record<string, string>) {
  const agent = new Agent({ keepAlive: true });
  return new Promise<{ status: number | undefined; connection: string | undefined }>((done, failed) => {
    const call = request(`http://${address}/core/log`, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", () => {
        agent.destroy();
        done({ status: response.statusCode, connection: response.headers.connection });
      });
    });
    call.once("error", failed);
    call.end(line);
  });
}

it("logs warnings and errors of the runtime, and lets no connection be used again", async () => {
  const logged: string[] = [];
  const address = await startLoopback((text) => logged.push(text));
  const ours = { "mf-loopback-secret": "s" };
  expect(await sendLine(address, "a warning", { ...ours, "mf-log-level": "2" })).toEqual({
    ...{ status: 204, connection: "close" },
  });
  expect((await sendLine(address, "a detail", { ...ours, "mf-log-level": "4" })).status).toBe(204);
  expect((await sendLine(address, "another site", { "mf-log-level": "1" })).status).toBe(403);
  expect(logged).toEqual(["a warning\n"]);
});
