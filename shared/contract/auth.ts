import * as z from "zod";
import { email, text } from "./field.ts";
import { MAX_PASSWORD_LENGTH } from "./password-length.ts";
import { timestamp } from "./primitives.ts";

/** Letters, digits and @ . + - _; letters of any alphabet, as in Django. */
export const username = text({
  max: 150,
  pattern: {
    test: /^[\p{L}\p{N}_.@+-]+$/u,
    message:
      "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.",
  },
});
/** A password as typed, white space included; `passwordProblems` decides whether it is strong enough. */
export const password = text({ max: MAX_PASSWORD_LENGTH, trim: false });

export const signupRequest = z.object({
  username,
  email: email().default(""),
  password,
});
export type SignupRequest = z.infer<typeof signupRequest>;

export const loginRequest = z.object({
  username: text({ blank: true, max: 254 }).optional(),
  email: text({ blank: true, max: 254 }).optional(),
  password,
});

/** The fields of an account that it may change itself. */
export const profileUpdate = z.object({
  username,
  first_name: text({ max: 150, blank: true }).default(""),
  last_name: text({ max: 150, blank: true }).default(""),
});

export const refreshRequest = z.object({ refresh: text().optional() });
export const verifyRequest = z.object({ token: text() });

export const userResponse = z.object({
  pk: z.number().int(),
  username: z.string(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  is_superuser: z.boolean(),
  is_staff: z.boolean(),
});
export type UserResponse = z.infer<typeof userResponse>;

/** The account of a request's cookies; the answer has no error when nobody is signed in. */
export const currentSessionResponse = z.object({
  user: userResponse.nullable(),
  /** Nobody is signed in, but a new access token can be requested. */
  refreshable: z.boolean(),
});
export type CurrentSessionResponse = z.infer<typeof currentSessionResponse>;

/** `refresh` is blank in the body because the cookie carries it, as in Recotem. */
export const sessionResponse = z.object({ access: z.string(), refresh: z.string(), user: userResponse });
export type SessionResponse = z.infer<typeof sessionResponse>;

/** `refresh` only if the caller sent its token in the body: the next one to send. */
export const refreshResponse = z.object({
  access: z.string(),
  access_expiration: z.string(),
  refresh: z.string().optional(),
});
export type RefreshResponse = z.infer<typeof refreshResponse>;

export const ACCESS_COOKIE = "jwt-access";
export const REFRESH_COOKIE = "jwt-refresh";
export const ACCESS_TOKEN_TTL_S = 300;
export const REFRESH_TOKEN_TTL_S = 86_400;

/** A ticket opens one socket, by `?ticket=` in its address, within this time. */
export const SOCKET_TICKET_TTL_S = 30;
export const socketTicketResponse = z.object({ ticket: z.string(), expires_in: z.number().int() });
export type SocketTicketResponse = z.infer<typeof socketTicketResponse>;

/** Erasing one's own account needs the password, so that a stolen session cannot do it. */
export const accountErasureRequest = z.object({ password });

/** Letters of a user agent that are kept. */
export const MAX_DEVICE_LENGTH = 256;

/** One open session of the caller's account. */
export const openSessionResponse = z.object({
  id: z.string(),
  /** The user agent that used it last; blank if it sent none. */
  device: z.string(),
  is_current: z.boolean(),
  /** Null for sessions that were opened before this was kept. */
  started_at: timestamp.nullable(),
  /** When it last got a new token, which an open page does every few minutes. Null as above. */
  last_used_at: timestamp.nullable(),
  /** When it ends by itself unless it is used. */
  expires_at: timestamp,
});
export type OpenSessionResponse = z.infer<typeof openSessionResponse>;

export const openSessionList = z.object({ sessions: z.array(openSessionResponse) });
export type OpenSessionList = z.infer<typeof openSessionList>;
