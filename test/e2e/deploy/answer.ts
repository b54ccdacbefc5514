/** What the stand-in answers to a call, faults included. */
import { ACCOUNT_ID, type Account } from "./account.ts";
import { assetRoutes } from "./asset-routes.ts";
import { ApiError, Raw, type Request, type Routes } from "./protocol.ts";
import { queueRoutes } from "./queue-routes.ts";
import { storageRoutes } from "./storage-routes.ts";
import { workerRoutes } from "./worker-routes.ts";

const ROUTES: Routes = [...storageRoutes, ...queueRoutes, ...assetRoutes, ...workerRoutes];

export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What happens to a call instead of its answer, or after it: a broken connection, or an error. */
export type Fault =
  | { readonly kind: "close"; readonly done: boolean }
  | { readonly kind: "error"; readonly status: number; readonly code: number; readonly retryAfter?: string };

/** What answers depend on, and what they record. */
export interface AnswerState {
  account: Account;
  readonly calls: RecordedCall[];
  /** Requests that the stand-in does not know, or that were not for it. */
  readonly strange: string[];
  /** Asked before each call, with its number from 1 since the last `forget`; null for an honest answer. */
  fault:
    | ((call: { readonly number: number; readonly method: string; readonly path: string }) => Fault | null)
    | null;
  token: string;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfter?: string | undefined;
}

/** A request as it arrives. */
export interface Arrival extends Pick<Request, "method" | "headers" | "body"> {
  readonly url: URL;
}

/**
 * Answers and records a call.
 *
 * @param number From 1, since the stand-in last forgot its calls.
 * @returns Null where the connection breaks instead.
 */
export async function answer(standIn: AnswerState, number: number, arrival: Arrival): Promise<Reply | null> {
  const { url, ...rest } = arrival;
  const path = url.pathname.replace(/^\/client\/v4/, "");
  const call: Call = { ...rest, path, query: url.searchParams };
  const fault = standIn.fault?.({ number, method: call.method, path }) ?? null;
  const refuse = fault && (fault.kind === "error" || !fault.done);
  const reply = refuse ? null : await replyTo(standIn, call);
  const status = fault?.kind === "error" ? fault.status : fault ? 0 : (reply?.status ?? 0);
  standIn.calls.push({ method: call.method, path: path.replace(`/accounts/${ACCOUNT_ID}`, ""), status });
  if (fault?.kind === "close") return null;
  const text = reply?.text ?? failure(fault?.code ?? 0, "The stand-in was told to fail.");
  return { status, text, retryAfter: fault?.retryAfter };
}

type Call = Omit<Request, "names">;

async function replyTo(standIn: AnswerState, call: Call): Promise<Reply> {
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

function route(standIn: AnswerState, call: Call): unknown {
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
