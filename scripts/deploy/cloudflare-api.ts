/**
 * Cloudflare's REST API as a deployment uses it: one account, JSON in the usual envelope, a few tries where trying again may help.
 * https://developers.cloudflare.com/api
 */
import * as z from "zod";
import { adviceOn, DeployProblem } from "./deploy-problem.ts";

export const DEFAULT_API_URL = "https://api.cloudflare.com/client/v4";

const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 500;
/** A longer `Retry-After` is told to the person instead. */
const MAX_PAUSE_MS = 60_000;
const TIMEOUT_MS = 60_000;

/** A request that Cloudflare answered with an error. */
export class ApiRefusal extends DeployProblem {
  readonly status: number;
  /** Cloudflare's own code; 0 when the answer had none. */
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface ApiOptions {
  readonly baseUrl: string;
  readonly token: string;
  readonly accountId: string;
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Call<Result> {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** After the account's own address, e.g. `/queues`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly result: z.ZodType<Result>;
}

export interface CloudflareApi {
  readonly accountId: string;
  /** Resolves with the answer's `result`. Throws `ApiRefusal`, or `DeployProblem` when there is no answer. */
  call<Result>(call: Call<Result>): Promise<Result>;
  /** As `call`, but null where the thing does not exist (404, or one of these codes). */
  find<Result>(call: Call<Result>, absentCodes?: readonly number[]): Promise<Result | null>;
  /** The raw text of an object or value; null where there is none. */
  text(path: string, headers?: Readonly<Record<string, string>>): Promise<string | null>;
}

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).nullish(),
  result: z.unknown(),
});

export function createApi(options: ApiOptions): CloudflareApi {
  const { accountId } = options;
  const send = (call: Call<unknown>) => sendWithRetries(options, call);
  async function call<Result>(wanted: Call<Result>): Promise<Result> {
    const response = await send(wanted);
    const answer = envelope.safeParse(response.json);
    if (!answer.success || !answer.data.success) throw refusal(options, wanted, response);
    const result = wanted.result.safeParse(answer.data.result);
    if (result.success) return result.data;
    throw new DeployProblem(
      `Cloudflare's answer to ${nameOf(wanted)} is not as expected: ${z.prettifyError(result.error)}`,
    );
  }
  return {
    accountId,
    call,
    async find(wanted, absentCodes = []) {
      try {
        return await call(wanted);
      } catch (error) {
        const isAbsent =
          error instanceof ApiRefusal && (error.status === 404 || absentCodes.includes(error.code));
        // An account that does not exist is 404 as well.
        if (isAbsent && adviceOn(error.code, accountId) === null) return null;
        throw error;
      }
    },
    async text(path, headers = {}) {
      const wanted = { path, headers, result: z.unknown() };
      const response = await send(wanted);
      if (response.status === 404) return null;
      if (response.status !== 200) throw refusal(options, wanted, response);
      return response.text;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** Null when it is not JSON. */
  readonly json: unknown;
  readonly retryAfterMs: number | null;
}

/** Tries again after 429, after errors of the server's own and after connections that broke: every call of ours may be repeated. */
async function sendWithRetries(options: ApiOptions, call: Call<unknown>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await send(options, call).catch((error: unknown) => asError(error));
    const mayHelp = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    if (!mayHelp) return answer;
    const pause = pauseAfter(answer, tries);
    if (tries < MAX_TRIES && pause <= MAX_PAUSE_MS) {
      await options.sleep(pause);
      continue;
    }
    if (!(answer instanceof Error)) return answer;
    throw new DeployProblem(
      `No answer to ${nameOf(call)} from ${new URL(options.baseUrl).host} after ${tries} tries: ${answer.message}. ` +
        "What has been done stays; run the command again.",
    );
  }
}

function pauseAfter(answer: Answer | Error, tries: number): number {
  if (!(answer instanceof Error) && answer.retryAfterMs !== null) return answer.retryAfterMs;
  return FIRST_PAUSE_MS * 2 ** (tries - 1);
}

async function send(
  options: ApiOptions,
  { method = "GET", path, body, headers }: Call<unknown>,
): Promise<Answer> {
  const response = await options.fetch(`${options.baseUrl}/accounts/${options.accountId}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${options.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  const seconds = Number.parseFloat(response.headers.get("retry-after") ?? "");
  const retryAfterMs = Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null;
  return { status: response.status, text, json: jsonOf(text), retryAfterMs };
}

function refusal({ accountId }: ApiOptions, call: Call<unknown>, answer: Answer): ApiRefusal {
  const parsed = envelope.safeParse(answer.json);
  const [first] = (parsed.success && parsed.data.errors) || [];
  const code = first?.code ?? 0;
  const words = first ? `${first.message} [code: ${first.code}]` : answer.text.slice(0, 200);
  if (answer.status === 429) {
    const wait = answer.retryAfterMs === null ? "some minutes" : `${Math.ceil(answer.retryAfterMs / 1000)} s`;
    const message = `Cloudflare takes no more requests for now (${nameOf(call)}). Wait ${wait} and run the command again.`;
    return new ApiRefusal(429, code, message);
  }
  const advice = adviceOn(code, accountId);
  const told = `Cloudflare refused ${nameOf(call)} with status ${answer.status}: ${words}`;
  return new ApiRefusal(answer.status, code, advice ? `${advice}\n(${told})` : told);
}

function nameOf({ method = "GET", path }: Call<unknown>): string {
  return `${method} ${path.split("?")[0]}`;
}

function asError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  // fetch says "fetch failed", and the reason in its cause.
  return error.cause instanceof Error ? error.cause : error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
