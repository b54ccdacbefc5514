import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Miniflare's numbers of levels: 1 is an error, 2 a warning. */
const WARNING = 2;

/**
 * Takes what Miniflare's own Workers (queues, stores) send to the process that runs them: their log. Returns the address. Pages of other
 * sites cannot send the header that the runtime adds to each request.
 */
export async function startLoopback(log: (text: string) => void): Promise<string> {
  const server = createServer(async (request, response) => {
    // A connection that this side closes while the runtime sends its next line there fails that line, and a queue of Miniflare whose line
    // fails gives out no message any more. So each line gets a connection of its own.
    response.shouldKeepAlive = false;
    const isOurs = request.headers["mf-loopback-secret"] !== undefined;
    if (isOurs && request.url === "/core/log") await takeLog(request, log);
    response.writeHead(isOurs ? 204 : 403).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function takeLog(request: IncomingMessage, log: (text: string) => void): Promise<void> {
  const message = await text(request);
  if (Number(request.headers["mf-log-level"]) <= WARNING) log(`${message}\n`);
}
