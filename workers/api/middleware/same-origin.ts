import { permissionDenied } from "#services/app-error.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what another site makes a browser send. Browsers say where a request comes from; who says nothing is no browser, and has
 * no cookies to abuse. Only for requests that a cookie may have authenticated: a bearer or a key is never sent by a browser itself.
 */
export function refuseCrossSite(request: Request): void {
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const isSameOrigin =
    site !== null
      ? site === "same-origin" || site === "none"
      : origin === null || origin === new URL(request.url).origin;
  if (!isSameOrigin) throw permissionDenied("CSRF Failed: the request comes from another site.");
}
