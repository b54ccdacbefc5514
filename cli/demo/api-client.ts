/**
 * A client of the management and serving APIs for programs: signs in once, renews the session, and throws errors with
 * the API's reasons.
 */

export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(method: string, path: string, status: number, body: unknown) {
    super(`${method} ${path} was answered with ${status}: ${describe(body)}`);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

export interface ApiClient {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<T>;
  put<T>(path: string, body: Uint8Array): Promise<T>;
}

const API = "/api/v1";
/** Access tokens live 300 s; a run may take longer. */
const REFRESH_AFTER_MS = 200_000;

/** Creates an account and returns a client that is signed in with it. */
export async function signUp(url: string, username: string, password: string): Promise<ApiClient> {
  const session = await call<{ access: string; refresh: string }>(url, "POST", `${API}/auth/signup/`, {
    json: { username, password },
  });
  return createClient(url, session.access, () => signIn(url, username, password));
}

async function signIn(url: string, username: string, password: string): Promise<string> {
  const session = await call<{ access: string }>(url, "POST", `${API}/auth/login/`, {
    json: { username, password },
  });
  return session.access;
}

function createClient(url: string, access: string, renew: () => Promise<string>): ApiClient {
  let token = access;
  let since = Date.now();
  async function send<T>(method: string, path: string, content: Content): Promise<T> {
    if (Date.now() - since > REFRESH_AFTER_MS) {
      token = await renew();
      since = Date.now();
    }
    const full = path.startsWith("/") ? path : `${API}/${path}`;
    return call<T>(url, method, full, {
      ...content,
      headers: { Authorization: `Bearer ${token}`, ...content.headers },
    });
  }
  return {
    url,
    get: (path) => send("GET", path, {}),
    post: (path, json, headers = {}) => send("POST", path, { json, headers }),
    put: (path, bytes) => send("PUT", path, { bytes }),
  };
}

interface Content {
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

async function call<T>(url: string, method: string, path: string, content: Content): Promise<T> {
  const type = content.bytes ? "application/octet-stream" : "application/json";
  const hasBody = content.bytes !== undefined || content.json !== undefined;
  const response = await fetch(url + path, {
    method,
    headers: { ...(hasBody && { "Content-Type": type }), ...content.headers },
    ...(hasBody && {
      body: (content.bytes ?? JSON.stringify(content.json)) as string | Uint8Array<ArrayBuffer>,
    }),
  });
  const text = await response.text();
  const body = parse(text);
  if (!response.ok) throw new ApiError(method, path, response.status, body);
  return body as T;
}

function parse(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    // An answer that is not JSON (for example a proxy's page) is shown unchanged.
    return text;
  }
}

function describe(body: unknown): string {
  if (typeof body !== "object" || body === null) return String(body);
  if ("detail" in body) return String(body.detail);
  return Object.entries(body)
    .map(([field, texts]) => `${field}: ${[texts].flat().join(" ")}`)
    .join("; ");
}
