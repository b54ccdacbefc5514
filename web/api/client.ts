/**
 * The only access to the management API: same origin, session in httpOnly cookies that scripts never see. After a 401
 * it refreshes the session and retries once; a refused refresh ends the session.
 *
 * Answers have the types of the shared schemas. The schemas themselves stay with the API: they would be the largest part of a first visit.
 */
import type { z } from "zod";
import { networkError, toApiError, unexpectedError } from "./api-error.ts";

const API_BASE = "/api/v1/";
/** Tabs share the cookies, and a refresh token works once: the lock lets one tab refresh at a time. */
const REFRESH_LOCK = "edgewise.refresh";

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged as the body. */
  readonly form?: FormData;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** False for the requests that establish a session: their 401 is an answer, not an expiry. */
  readonly refresh?: boolean;
}

let onSessionEnd: () => void = () => {};

/** Registers a callback for a session that cannot be refreshed any more. */
export function setSessionEndHandler(handler: () => void): void {
  onSessionEnd = handler;
}

/** What the API answers, by the schema of the answer. */
export type Answer<Schema extends z.ZodType> = z.output<Schema>;

/** Requests JSON. Throws `ApiError`, also for an answer that is no JSON, or the abort's own error. */
export async function request<T extends object>(path: string, options: RequestOptions = {}): Promise<T> {
  const found = await readJson(await send(path, options));
  if (typeof found === "object" && found !== null) return found as T;
  console.error(`Answer of ${path} is not JSON`);
  throw unexpectedError();
}

/** Requests a text. Throws `ApiError`, or the abort's own error. */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  return (await send(path, options)).text();
}

/** Sends a request without reading the content of its answer. */
export async function command(path: string, options: RequestOptions = {}): Promise<void> {
  await send(path, { method: "POST", ...options });
}

/** The content of an answer as it is, for files. */
export async function download(path: string): Promise<Blob> {
  return (await send(path, {})).blob();
}

/** Asks for a new access token. False when the session has ended; the page is then informed. */
export async function refreshSession(): Promise<boolean> {
  const refreshed = await withLock(async () => {
    const response = await fetchOrThrow(urlOf("auth/token/refresh/"), { method: "POST" });
    if (response.status >= 500) throw toApiError(response.status, await readJson(response));
    return response.ok;
  });
  if (!refreshed) onSessionEnd();
  return refreshed;
}

export function urlOf(path: string, query: RequestOptions["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return `${API_BASE}${path}${text ? `?${text}` : ""}`;
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const url = urlOf(path, options.query);
  let response = await fetchOrThrow(url, toInit(options));
  if (response.status === 401 && options.refresh !== false && (await refreshSession())) {
    response = await fetchOrThrow(url, toInit(options));
  }
  if (!response.ok) throw toApiError(response.status, await readJson(response));
  return response;
}

function toInit(options: RequestOptions): RequestInit {
  const init: RequestInit = { method: options.method ?? "GET", credentials: "same-origin" };
  if (options.signal) init.signal = options.signal;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.form) init.body = options.form;
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  return { ...init, headers };
}

async function fetchOrThrow(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw networkError();
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

let refreshing: Promise<boolean> | null = null;

function withLock(work: () => Promise<boolean>): Promise<boolean> {
  refreshing ??= (
    typeof navigator !== "undefined" && navigator.locks ? navigator.locks.request(REFRESH_LOCK, work) : work()
  ).finally(() => {
    refreshing = null;
  }) as Promise<boolean>;
  return refreshing;
}
