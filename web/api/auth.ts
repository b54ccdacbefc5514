import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import {
  type loginRequest,
  type SessionResponse,
  type SignupRequest,
  sessionResponse,
  type UserResponse,
  userResponse,
} from "#contract/auth.ts";
import { isApiError } from "./api-error.ts";
import { command, request } from "./client.ts";

export const SESSION_KEY = ["session"] as const;

/** Who is signed in; null when nobody is. */
export const sessionQuery = () =>
  queryOptions<UserResponse | null>({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => findUser(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

async function findUser(signal: AbortSignal): Promise<UserResponse | null> {
  try {
    return await request("auth/user/", userResponse, { signal });
  } catch (error) {
    if (isApiError(error, "unauthorized")) return null;
    throw error;
  }
}

export function login(body: z.input<typeof loginRequest>): Promise<SessionResponse> {
  return request("auth/login/", sessionResponse, { method: "POST", body, refresh: false });
}

export function signup(body: SignupRequest): Promise<SessionResponse> {
  return request("auth/signup/", sessionResponse, { method: "POST", body, refresh: false });
}

export function logout(): Promise<void> {
  return command("auth/logout/", { refresh: false });
}
