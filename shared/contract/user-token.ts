/** `POST /v1/user_tokens`: a server lets the page of one user act for this user, for a short time. */
import * as z from "zod";
import { idAsText } from "./inference.ts";
import { timestamp } from "./primitives.ts";
import { wholeNumber } from "./query-number.ts";

/** The header in which pages send the token. A beacon, which has no headers, sends it as `user_token` in the body. */
export const USER_TOKEN_HEADER = "X-User-Token";

const DEFAULT_TTL_S = 3600;
export const MAX_USER_TOKEN_TTL_S = 24 * 3600;

export const userTokenRequest = z.strictObject({
  /** Also an id for a visitor whom nobody knows, such as that of a session. */
  user_id: idAsText,
  /** Seconds. */
  ttl: wholeNumber({ min: 1, max: MAX_USER_TOKEN_TTL_S })
    .default(DEFAULT_TTL_S)
    .meta({ default: DEFAULT_TTL_S }),
});

export const userTokenResponse = z.object({
  token: z.string(),
  /** As in the token: without blanks and invisible marks around it. */
  user_id: z.string(),
  expires_at: timestamp,
  request_id: z.string(),
});
export type UserTokenResponse = z.infer<typeof userTokenResponse>;
