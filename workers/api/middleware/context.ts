import type { Context, Hono } from "hono";
import type { AccountRow } from "#services/resources/account.ts";
import type { Viewer } from "#services/viewer.ts";

/** The caller, once authenticated. `session` is null for API keys. */
export interface Caller {
  readonly viewer: Viewer;
  readonly account: AccountRow;
  readonly session: string | null;
}

export interface ApiVariables {
  requestId: string;
  /** Of the work that the request is a part of. */
  correlationId: string;
  /** Set on every route that is not public. */
  caller: Caller;
  /** The row that the request is about, if it belongs to a project. */
  subject?: {
    readonly projectId: number;
    readonly id: number;
    readonly action?: string;
    readonly reason?: string;
  };
}

export type ApiEnv = { Variables: ApiVariables };
export type Api = Hono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;
