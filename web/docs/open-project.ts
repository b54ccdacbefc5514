/** The project that was open last in this browser, and a key of it for the calls of the reference page. */
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { CurrentSessionResponse } from "#contract/auth.ts";
import type { ProjectResponse } from "#contract/project.ts";
import { readLastProject } from "../features/auth/last-project.ts";
import type { keyBody } from "./key-body.ts";
import { refreshed } from "./refreshed.ts";

async function answerOf<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`/api/v1/${path}`, { credentials: "same-origin", ...init });
  if (response.ok) return (await response.json()) as T;
  throw new Error(
    `The server refused it with the status ${response.status}. Sign in again, then try once more.`,
  );
}

/** Null for visitors, and where no project was open. It asks visitors for nothing, so that the console has no refusal. Throws for a lost project. */
export async function findOpenProject(): Promise<ProjectResponse | null> {
  const id = readLastProject();
  if (id === null) return null;
  const { user, refreshable } = await answerOf<CurrentSessionResponse>("auth/session/");
  if (user === null && !(refreshable && (await refreshed()))) return null;
  return answerOf<ProjectResponse>(`project/${id}/`);
}

/** @returns The key, which no later answer has. */
export async function makeKey(body: ReturnType<typeof keyBody>): Promise<string> {
  const init = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  return (await answerOf<ApiKeyCreatedResponse>("api_keys/", init)).key;
}
