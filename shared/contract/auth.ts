import { z } from "zod";

export const signupRequest = z.object({
  username: z
    .string()
    .trim()
    .min(1)
    .max(150)
    .regex(/^[\w.@+-]+$/),
  email: z.email().or(z.literal("")).default(""),
  password: z.string().min(8).max(128),
});
export type SignupRequest = z.infer<typeof signupRequest>;

export const loginRequest = z.object({
  username: z.string().optional(),
  email: z.string().optional(),
  password: z.string().min(1),
});

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

/** `refresh` is blank in the body because the cookie carries it, as in Recotem. */
export const sessionResponse = z.object({ access: z.string(), refresh: z.string(), user: userResponse });
export type SessionResponse = z.infer<typeof sessionResponse>;

export const refreshResponse = z.object({ access: z.string(), access_expiration: z.string() });
export type RefreshResponse = z.infer<typeof refreshResponse>;

export const ACCESS_COOKIE = "jwt-access";
export const REFRESH_COOKIE = "jwt-refresh";
export const ACCESS_TOKEN_TTL_S = 300;
export const REFRESH_TOKEN_TTL_S = 86_400;
