/** Whether a request comes from a page of this site: one rule for calls that change something and for sockets. */
import { permissionDenied } from "#services/app-error.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Browsers say where a request comes from, and no page can change what they say. Cases, first match wins:
 *  - an origin that the settings allow        → own
 *  - Sec-Fetch-Site                           → own when it is `same-origin` or `none`
 *  - no Origin                                → own: no browser sent it, so there are no cookies to abuse
 *  - an Origin that is no address, as "null"  → foreign
 *  - plain http asks https                    → foreign
 *  - the same host name                       → own
 * Ports are not compared: proxies rewrite them, and a browser gives the cookies of a host name to all of its ports (RFC 6265, 8.5).
 *
 * @param allowed  Origins of EDGEWISE_ALLOWED_ORIGINS, for proxies that rewrite the host name, too.
 */
export function isOwnSite(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null && allowed.includes(origin)) return true;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  if (origin === null) return true;
  const from = URL.canParse(origin) ? new URL(origin) : null;
  const to = new URL(request.url);
  if (from === null || (from.protocol === "http:" && to.protocol === "https:")) return false;
  return from.hostname === to.hostname;
}

/**
 * Refuses requests that another site makes a browser send. Only for requests that a cookie may have authenticated: a browser
 * never sends a bearer token or a key on its own.
 */
export function refuseCrossSite(request: Request, allowed: readonly string[]): void {
  if (SAFE_METHODS.has(request.method) || isOwnSite(request, allowed)) return;
  throw permissionDenied("CSRF Failed: the request comes from another site.");
}
