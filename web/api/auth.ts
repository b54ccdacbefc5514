import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type {
  currentSessionResponse,
  loginRequest,
  SessionResponse,
  SignupRequest,
  sessionResponse,
  UserResponse,
} from "#contract/auth.ts";
import { type Answer, command, refreshSession, request } from "./client.ts";

export const SESSION_KEY = ["session"] as const;

/** The signed-in account; null when nobody is signed in. */
export const sessionQuery = () =>
  queryOptions<UserResponse | null>({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => findUser(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Answers without an error when nobody is signed in, so that the first visit leaves none in the console. */
async function findUser(signal: AbortSignal): Promise<UserResponse | null> {
  const ask = () => request<Answer<typeof currentSessionResponse>>("auth/session/", { signal });
  const session = await ask();
  if (session.user !== null || !session.refreshable) return session.user;
  return (await refreshSession()) ? (await ask()).user : null;
}

export function login(body: z.input<typeof loginRequest>): Promise<SessionResponse> {
  return request<Answer<typeof sessionResponse>>("auth/login/", { method: "POST", body, refresh: false });
}

export function signup(body: SignupRequest): Promise<SessionResponse> {
  return request<Answer<typeof sessionResponse>>("auth/signup/", { method: "POST", body, refresh: false });
}

export function logout(): Promise<void> {
  return command("auth/logout/", { refresh: false });
}
