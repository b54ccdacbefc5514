/** The form of refusals: the one place where errors become answers. */
import { HTTPException } from "hono/http-exception";
import type { ErrorCode } from "#contract/error.ts";
import { isUniqueViolation } from "#db/database.ts";
import { AppError, FieldError } from "#services/app-error.ts";

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  bad_request: 400,
  not_authenticated: 401,
  permission_denied: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  throttled: 429,
  internal: 500,
  unavailable: 503,
};

/** Named in `WWW-Authenticate`: a browser must not open its own password dialogue. */
const DEFAULT_CHALLENGE = "X-API-Key";

/** Two requests at the same time wanted the same name or number, and the field is unknown. */
const TAKEN = "Another request took the same value just now. Try again.";

/** Headers an AppError may carry in `extra.headers`; the rest of `extra` joins the body. */
function split(error: AppError): { headers: Record<string, string>; extra: Record<string, unknown> } {
  const { headers, ...extra } = error.extra;
  return { headers: { ...(headers as Record<string, string> | undefined) }, extra };
}

/** The answer to an error, or null for an unexpected one. */
export function toErrorResponse(error: unknown): Response | null {
  if (error instanceof FieldError) return Response.json(error.fields, { status: STATUS.invalid });
  if (error instanceof AppError) {
    const { headers, extra } = split(error);
    if (error.code === "not_authenticated") headers["WWW-Authenticate"] ??= DEFAULT_CHALLENGE;
    return Response.json({ detail: error.message, ...extra }, { status: STATUS[error.code], headers });
  }
  if (isUniqueViolation(error)) {
    return Response.json({ detail: TAKEN }, { status: STATUS.conflict });
  }
  if (error instanceof HTTPException && error.status < 500) {
    return Response.json({ detail: error.message }, { status: error.status });
  }
  return null;
}

export function internalErrorResponse(requestId: string): Response {
  return Response.json(
    { detail: "Internal server error.", request_id: requestId },
    { status: STATUS.internal },
  );
}
