import { networkError } from "./api-error.ts";

export interface ServingAnswer {
  readonly status: number;
  readonly milliseconds: number;
  readonly body: string;
}

/** Calls the serving API like an outside client: with the key alone, without the session's cookies. */
export async function callServing(url: string, key: string, body: unknown): Promise<ServingAnswer> {
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      method: "POST",
      credentials: "omit",
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, milliseconds: performance.now() - startedAt, body: indented(text) };
  } catch {
    throw networkError();
  }
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
