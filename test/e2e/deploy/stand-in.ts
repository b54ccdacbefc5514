/**
 * A stand-in of Cloudflare's API on this machine, for Wrangler and for our own calls. It keeps an account in memory and answers as
 * the real one does: same addresses, envelopes and error codes. It refuses what does not fit, and records every call.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { emptyAccount, TOKEN } from "./account.ts";
import { type AnswerState, type Arrival, answer, type RecordedCall, type Reply } from "./answer.ts";

export interface StandIn extends AnswerState {
  readonly url: string;
  /** As the global `fetch`, without sockets: hundreds of deployments make tens of thousands of calls. */
  readonly fetch: typeof fetch;
  forget(): void;
  close(): Promise<void>;
}

const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** The calls that changed something: not those that only read, as a query of the database may. */
export function changesAmong(calls: readonly RecordedCall[]): string[] {
  return calls
    .filter(({ method, path }) => CHANGES.has(method) && !path.endsWith("/query"))
    .map(({ method, path }) => `${method} ${path}`);
}

export async function startStandIn(): Promise<StandIn> {
  let count = 0;
  const server = createServer((request, response) => {
    void arrivalOf(request)
      .then((arrival) => answer(standIn, ++count, arrival))
      .then((reply) => (reply ? send(response, reply) : request.socket.destroy()));
  });
  // A proxy's way to another address: nobody may go there.
  server.on("connect", (request, socket) => {
    standIn.strange.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}/client/v4`,
    async fetch(address, init) {
      const reply = await answer(standIn, ++count, await sentTo(address, init));
      if (reply === null) throw new TypeError("fetch failed", { cause: new Error("other side closed") });
      return new Response(reply.text, { status: reply.status, headers: headersOf(reply) });
    },
    account: emptyAccount(),
    calls: [],
    strange: [],
    fault: null,
    token: TOKEN,
    forget() {
      count = 0;
      standIn.calls.length = 0;
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
  return standIn;
}

async function arrivalOf(request: IncomingMessage): Promise<Arrival> {
  const { method = "GET", url = "/" } = request;
  const headers = request.headers as Record<string, string>;
  return { method, url: new URL(url, "http://stand-in"), headers, body: await buffer(request) };
}

/** What arrives of a call of `fetch`. It is answered at once, so its signal ends nothing. */
async function sentTo(address: string | URL | Request, init?: RequestInit): Promise<Arrival> {
  const request = new Request(address, { ...init, signal: null });
  return {
    method: request.method,
    url: new URL(request.url),
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(await request.arrayBuffer()),
  };
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, headersOf(reply)).end(reply.text);
}

function headersOf({ retryAfter }: Reply): Record<string, string> {
  return { "content-type": "application/json", ...(retryAfter && { "retry-after": retryAfter }) };
}
