/**
 * The addresses of a name, by DNS over HTTPS in JSON (`application/dns-json`, as Cloudflare's and Google's resolvers answer): the
 * Workers runtime offers no other way.
 */
import * as z from "zod";

/** All IPv4 and IPv6 addresses of a name at this moment; empty for an unknown name. Throws when the resolver does not answer. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const ANSWER_TIMEOUT_MS = 5_000;
const NO_ERROR = 0;
const UNKNOWN_NAME = 3;
const RECORD_TYPES = { A: 1, AAAA: 28 } as const;

const dnsAnswer = z.object({
  Status: z.number(),
  Answer: z.array(z.object({ type: z.number(), data: z.string() })).optional(),
});

/** @param resolver The address of the resolver, without a query. */
export function createResolver(
  resolver: string,
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Resolve {
  const ask = async (name: string, type: keyof typeof RECORD_TYPES) => {
    const url = new URL(resolver);
    url.searchParams.set("name", name);
    url.searchParams.set("type", type);
    const headers = { Accept: "application/dns-json" };
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await fetch(url.href, { headers, signal, redirect: "manual" });
    if (!response.ok) throw new Error(`The resolver answered ${response.status}.`);
    const { Status, Answer = [] } = dnsAnswer.parse(await response.json());
    if (Status === UNKNOWN_NAME) return [];
    if (Status !== NO_ERROR) throw new Error(`The resolver answered with the code ${Status}.`);
    return Answer.filter((record) => record.type === RECORD_TYPES[type]).map(({ data }) => data);
  };
  return async (name) => (await Promise.all([ask(name, "A"), ask(name, "AAAA")])).flat();
}
