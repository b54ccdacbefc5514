/**
 * A stand-in of Cloudflare's API on this machine, for Wrangler and for our own calls. It keeps an account in memory and answers as
 * the real one does: same addresses, envelopes and error codes. It refuses what does not fit, and records every call.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ACCOUNT_ID, type Account, emptyAccount, TOKEN } from "./account.ts";
import { assetRoutes } from "./asset-routes.ts";
import { ApiError, Raw, type Request, type Routes } from "./protocol.ts";
import { queueRoutes } from "./queue-routes.ts";
import { storageRoutes } from "./storage-routes.ts";
import { workerRoutes } from "./worker-routes.ts";

export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What happens to a call instead of its answer, or after it: a broken connection, or an error. */
export type Fault =
  | { readonly kind: "close"; readonly done: boolean }
  | { readonly kind: "error"; readonly status: number; readonly code: number; readonly retryAfter?: string };

export interface StandIn {
  readonly url: string;
  account: Account;
  readonly calls: RecordedCall[];
  /** Requests that the stand-in does not know, or that were not for it. */
  readonly strange: string[];
  /** Asked before each call, with its number from 1 since the last `forget`; null for an honest answer. */
  fault:
    | ((call: { readonly number: number; readonly method: string; readonly path: string }) => Fault | null)
    | null;
  token: string;
  forget(): void;
  close(): Promise<void>;
}

const ROUTES: Routes = [...storageRoutes, ...queueRoutes, ...assetRoutes, ...workerRoutes];
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
    void readBody(request).then((body) => answer(standIn, ++count, { request, response, body }));
  });
  // A proxy's way to another address: nobody may go there.
  server.on("connect", (request, socket) => {
    standIn.strange.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}/client/v4`,
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

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

async function answer(
  standIn: StandIn,
  number: number,
  { request, response, body }: Exchange,
): Promise<void> {
  const { method = "GET" } = request;
  const url = new URL(request.url ?? "/", standIn.url);
  const path = url.pathname.replace(/^\/client\/v4/, "");
  const fault = standIn.fault?.({ number, method, path }) ?? null;
  const call = {
    method,
    path,
    query: url.searchParams,
    headers: request.headers as Record<string, string>,
    body,
  };
  const refuse = fault && (fault.kind === "error" || !fault.done);
  const reply = refuse ? null : await replyTo(standIn, call);
  const status = fault?.kind === "error" ? fault.status : fault ? 0 : (reply?.status ?? 0);
  standIn.calls.push({ method, path: path.replace(`/accounts/${ACCOUNT_ID}`, ""), status });
  if (fault?.kind === "close") return void request.socket.destroy();
  if (fault?.retryAfter) response.setHeader("retry-after", fault.retryAfter);
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(reply?.text ?? failure(fault?.code ?? 0, "The stand-in was told to fail."));
}

type Call = Omit<Request, "names">;

async function replyTo(standIn: StandIn, call: Call): Promise<{ status: number; text: string }> {
  try {
    const result = await route(standIn, call);
    if (result instanceof Raw) return { status: 200, text: result.text };
    return {
      status: 200,
      text: JSON.stringify({ success: true, errors: [], messages: [], result: result ?? null }),
    };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, text: failure(error.code, error.message) };
    standIn.strange.push(`${call.method} ${call.path}: ${(error as Error).stack}`);
    return { status: 500, text: failure(1, String(error)) };
  }
}

function failure(code: number, message: string): string {
  return JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null });
}

function route(standIn: StandIn, call: Call): unknown {
  const bearer = call.headers.authorization ?? "";
  const isUpload = call.path.includes("/workers/assets/upload");
  if (!isUpload && bearer !== `Bearer ${standIn.token}`)
    throw new ApiError(401, 10000, "Authentication error");
  if (call.path === "/accounts") return [{ id: ACCOUNT_ID, name: "Acme" }];
  const [, accountId, rest = ""] = /^\/accounts\/([^/]+)(\/.*)$/.exec(call.path) ?? [];
  if (accountId !== ACCOUNT_ID) {
    const message = `Could not route to ${call.path}, perhaps your object identifier is invalid?`;
    throw new ApiError(404, 7003, message);
  }
  for (const [method, pattern, handle] of ROUTES) {
    const match = method === call.method && pattern.exec(rest);
    if (match) {
      const names = match.slice(1).map((name) => decodeURIComponent(name));
      return handle(standIn.account, { ...call, path: rest, names });
    }
  }
  standIn.strange.push(`${call.method} ${rest}`);
  throw new ApiError(404, 7000, `No route for that URI: ${call.method} ${rest}`);
}
