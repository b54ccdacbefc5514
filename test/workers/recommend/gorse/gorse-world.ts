/** The app of serving over memory, with calls of Gorse's addresses. */
import { world } from "../serving-world.ts";

export const GORSE_KEY = `rctm_${"g".repeat(64)}`;
/** May ask for recommendations and send feedback. */
export const OPEN_KEY = `rctm_${"o".repeat(64)}`;

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null for none. */
  readonly key?: string | null;
}

export async function gorseWorld() {
  const served = await world();
  await served.addKey(GORSE_KEY, ["predict", "events", "items", "read", "write"]);
  await served.addKey(OPEN_KEY, ["predict", "events"]);
  served.pass(10_000);
  /** The status and the body: parsed, or the text of a refusal. */
  const ask = async (path: string, { method = "GET", body, headers = {}, key = GORSE_KEY }: Asked = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await served.app.request(`/gorse${path}`, {
      method,
      headers: {
        ...(key !== null && { "X-API-Key": key }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    });
    const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
    const answer = isJson ? await response.json() : await response.text();
    return { status: response.status, body: answer as unknown, headers: response.headers };
  };
  const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    ask(path, { method, ...(body !== undefined && { body }), ...(headers && { headers }) });
  return { ...served, ask, send };
}
