/** Answers are data: they may not run, be framed, be sniffed or be cached. */
const FIXED_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["Cache-Control", "no-store"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
];

/** Copied as a whole: setting header by header costs as much as parsing the request. */
const JSON_HEADERS = new Headers([["Content-Type", "application/json"], ...FIXED_HEADERS] as [
  string,
  string,
][]);

/** A JSON answer with the headers of every answer. */
export function jsonAnswer(
  value: unknown,
  status = 200,
  more: Readonly<Record<string, string>> = {},
): Response {
  const answer = new Response(JSON.stringify(value), { status, headers: JSON_HEADERS });
  for (const name of Object.keys(more)) answer.headers.set(name, more[name] as string);
  return answer;
}

/** Adds the headers of every answer to one that `jsonAnswer` did not make. */
export function addFixedHeaders(headers: Headers): void {
  if (headers.has("X-Frame-Options")) return;
  for (const [name, value] of FIXED_HEADERS) headers.set(name, value);
}
