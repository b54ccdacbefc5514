/**
 * The one way out to addresses that tenants chose. Checks the address at the time of the call, follows no redirect, reads nothing
 * of the answer's body, and waits for a bounded time. Errors name no address of the network.
 */
import type { Resolve } from "#platform/dns.ts";
import { type Attempt, retryAfterMs } from "./delivery-policy.ts";
import { type AddressRules, isPrivateAddress, namedHost, webhookProblem } from "./webhook-address.ts";

export interface OutboundDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly resolve: Resolve;
  readonly webhookRules: AddressRules;
}

export interface OutboundCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ANSWER_TIMEOUT_MS = 10_000;
export const USER_AGENT = "edgewise-webhook";

/** Sends a call by POST. Any answer of 2xx is a success. Never throws. @param now For a date in `Retry-After`. */
export async function callAddress(
  deps: OutboundDeps,
  { url, headers, body }: OutboundCall,
  now: number,
): Promise<Attempt> {
  const problem = await problemNow(deps, url);
  if (problem !== null) return { status: null, error: problem, retryAfterMs: null };
  try {
    const response = await deps.fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "User-Agent": USER_AGENT, ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    await response.body?.cancel();
    const error = response.ok ? null : `The address answered ${response.status}.`;
    const asked = retryAfterMs(response.headers.get("Retry-After"), now);
    return { status: response.status, error, retryAfterMs: asked };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const text = isLate
      ? "The address did not answer within 10 seconds."
      : "The address could not be reached.";
    return { status: null, error: text, retryAfterMs: null };
  }
}

/** The rules may have changed since the address was stored, and a name may lead to another address now. */
async function problemNow({ resolve, webhookRules }: OutboundDeps, url: string): Promise<string | null> {
  const problem = webhookProblem(url, webhookRules);
  const name = namedHost(url);
  if (problem !== null || webhookRules.allowsPrivate || name === null) return problem;
  try {
    const addresses = await resolve(name);
    if (addresses.length === 0) return "The name of the address is not known.";
    // All of them: the connection may go to any.
    return addresses.some(isPrivateAddress) ? "The name leads to an address that is not public." : null;
  } catch {
    // Fails closed: a name that cannot be checked is not called. The caller tries again later.
    return "The name of the address could not be looked up.";
  }
}
