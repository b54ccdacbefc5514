/** How the stand-in reads requests and answers them. */
import type { Account } from "./account.ts";

/** An error as the API gives it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Request {
  readonly method: string;
  /** After the account's address, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The groups of the route's pattern. */
  readonly names: readonly string[];
}

/** Answers with the envelope's `result`; `Raw` is sent as it is. */
export type Handler = (account: Account, request: Request) => unknown;
export type Routes = readonly (readonly [method: string, path: RegExp, handle: Handler])[];

export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function json<T>(request: Request): T {
  return JSON.parse(request.body.toString("utf8")) as T;
}

/** A page of a list, as `page` and `per_page` ask for it. */
export function paged<Item>(items: readonly Item[], query: URLSearchParams, most = 100): Item[] {
  const size = Math.min(Number(query.get("per_page") ?? 20), most);
  const page = Number(query.get("page") ?? 1);
  return items.slice((page - 1) * size, page * size);
}
