import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ComputePool } from "./compute-pool.ts";
import { type ProcessUse, TOKEN_HEADER, USE_PATH } from "./names.ts";

/**
 * Takes the messages that the dispatcher passes on, and answers each when its work has ended: 204, or 500 with the reason. A `GET` asks whether
 * processes start: 204, or 503; it says nothing else, so it needs no token. Another tells what a process takes, as JSON. Returns the address.
 *
 * @param hasProblem Whether the last process did not start.
 * @param useOf What the process at a place took for its message so far; null where that is not known.
 */
export async function startPoolServer(
  pool: Pick<ComputePool, "run">,
  token: string,
  hasProblem: () => boolean,
  useOf: (place: number) => ProcessUse | null,
): Promise<string> {
  const server = createServer(async (request, response) => {
    if (request.method === "GET" && request.url?.startsWith(USE_PATH)) {
      if (request.headers[TOKEN_HEADER] !== token) return void response.writeHead(403).end();
      return void response.end(JSON.stringify(useOf(Number(request.url.slice(USE_PATH.length)))));
    }
    if (request.method === "GET") return void response.writeHead(hasProblem() ? 503 : 204).end();
    // A message may take minutes. The next one gets a connection of its own, which cannot have been closed meanwhile.
    response.shouldKeepAlive = false;
    if (request.headers[TOKEN_HEADER] !== token) return void response.writeHead(403).end();
    try {
      await pool.run(await text(request));
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
