/** The two pages that have Recotem's own form. */
import { toHex } from "#platform/encoding.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { ownDialect } from "../dialect/own-dialect.ts";

const UNKNOWN_PATH_PAGE =
  '<!doctype html>\n<html lang="en">\n<title>Not Found</title>\n<h1>Not Found</h1>\n<p>There is nothing at this address.</p>\n</html>\n';

/** Below `/api` Recotem answers with a page, unless the request asks for JSON. */
export const unknownPath: Dialect["unknownPath"] = (c) => {
  const isPage = c.req.path.startsWith("/api/") && !(c.req.header("accept") ?? "").includes("json");
  return isPage ? c.html(UNKNOWN_PATH_PAGE, 404) : ownDialect.unknownPath(c);
};

/** Recotem gives its reference page a token that the page's forms need. Nothing here reads it. */
const CSRF_TTL_S = 31_449_600;

export const referenceHeaders: Dialect["referenceHeaders"] = ({ clock, randomBytes }) => {
  const expires = new Date(clock() + CSRF_TTL_S * 1000).toUTCString();
  const token = `csrftoken=${toHex(randomBytes(16))}`;
  return { "Set-Cookie": `${token}; expires=${expires}; Max-Age=${CSRF_TTL_S}; Path=/; SameSite=Lax` };
};
