/**
 * The calls of AiREC's studio, with the headers that a browser sends for its page at http://localhost:5173: no token, except what
 * the page keeps for itself. Each answer must be one that the browser would give to that page.
 */
export const EMAIL = "contract@example.com";
/** Of a stack that is open for the studio. */
export const SETTINGS = { EDGEWISE_AIREC_OPEN: EMAIL, EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: "true" };
const PASSWORD = "walnut-Harbor-27";
export const ORIGIN = "http://localhost:5173";

export interface StudioProject {
  readonly id: number;
  readonly project_name: string;
  readonly status: string;
  readonly model_type: string;
  readonly mlflow_model_name: string | null;
  readonly mlflow_model_version: number | null;
  readonly error?: string;
}

export interface StudioApp {
  readonly success: boolean;
  readonly app_name: string;
  readonly api_key: string;
}

export interface MappedFile {
  readonly schema: object;
  readonly text: string;
}

export interface NewProject {
  readonly name: string;
  readonly content?: MappedFile;
  readonly interactions?: MappedFile;
}

type Row = Readonly<Record<string, string>>;

export type Studio = ReturnType<typeof openStudio>;

/**
 * @param url Of the deployment.
 * @param token Of a login, for deployments that are not open; the studio itself sends none.
 */
export function openStudio(url: string, token?: string) {
  const base = `${url}/airec`;
  const call = async <Body>(path: string, init: RequestInit = {}): Promise<Body> => {
    const headers = new Headers(init.headers);
    headers.set("Origin", ORIGIN);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    if (headers.has("Content-Type")) await preflight(base + path, init.method ?? "GET");
    const answer = await fetch(base + path, { ...init, headers });
    requireReadable(path, answer);
    const body = (await answer.json()) as Body;
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const post = <Body>(path: string, body: unknown) =>
    call<Body>(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    signUp: (email = EMAIL) =>
      post<{ success: boolean }>("/auth/signup", { name: "Contract", email, password: PASSWORD }),
    logIn: (email = EMAIL) => post<{ jwttoken: string }>("/auth/login", { email, password: PASSWORD }),
    projects: () => call<StudioProject[]>("/projects/"),
    create: (project: NewProject) =>
      call<StudioProject>("/create-project/", { method: "POST", body: formOf(project) }),
    status: (id: number) => call<StudioProject>(`/project/${id}/status`),
    items: (id: number) => call<{ id: string; title: string }[]>(`/project/${id}/items`),
    users: (id: number) => call<{ id: string }[]>(`/project/${id}/users`),
    recommendations: (id: number, query: Record<string, string>) =>
      call<{ model_type: string; recommendations: Row[] }>(
        `/project/${id}/recommendations?${new URLSearchParams(query)}`,
      ),
    register: (app_name: string, webhook_url: string) =>
      post<StudioApp>("/api/apps/register", { app_name, webhook_url }),
    apps: () => call<{ app_name: string; api_key: string }[]>("/api/apps"),
    usage: () => call<{ app_name: string; usage_count: number }[]>("/api/apps/usage"),
  };
}

/** The fields in the order of the studio's form. */
function formOf({ name, content, interactions }: NewProject): FormData {
  const form = new FormData();
  form.append("project_name", name);
  for (const [kind, file] of [
    ["content", content],
    ["interaction", interactions],
  ] as const) {
    if (file === undefined) continue;
    form.append(`${kind}_file`, new File([file.text], `${kind}.csv`, { type: "text/csv" }));
    form.append(`${kind}_schema_json`, JSON.stringify(file.schema));
  }
  return form;
}

/** JSON is no simple content type: a browser asks first. */
async function preflight(url: string, method: string): Promise<void> {
  const headers = {
    Origin: ORIGIN,
    "Access-Control-Request-Method": method,
    "Access-Control-Request-Headers": "content-type",
  };
  const answer = await fetch(url, { method: "OPTIONS", headers });
  requireReadable(url, answer);
  const allowed = answer.headers.get("access-control-allow-headers") ?? "";
  if (!answer.ok || !allowed.includes("content-type"))
    throw new Error(`${url}: the browser may not call it.`);
}

function requireReadable(path: string, { headers }: Response): void {
  const granted = headers.get("access-control-allow-origin");
  if (granted !== "*" && granted !== ORIGIN)
    throw new Error(`${path}: the browser keeps the answer from the page.`);
}
