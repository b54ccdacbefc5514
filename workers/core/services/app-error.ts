import type { ErrorCode, FieldErrors } from "#contract/error.ts";

/**
 * A refusal for the caller: `message` is safe to show, `cause` is for the log only. Any other exception is a defect and becomes
 * an internal error.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** A code for programs, e.g. `token_not_valid`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.extra = extra;
  }
}

/** Refused fields of a body or a query. */
export class FieldError extends AppError {
  readonly fields: FieldErrors;

  constructor(fields: FieldErrors) {
    super("invalid", Object.keys(fields).join(", "));
    this.fields = fields;
  }
}

export function fieldError(field: string, message: string): FieldError {
  return new FieldError({ [field]: [message] });
}

/** A row that does not exist, or that the caller may not see. */
export function notFound(model: string): AppError {
  return new AppError("not_found", `No ${model} matches the given query.`);
}

export function permissionDenied(message = "You do not have permission to perform this action."): AppError {
  return new AppError("permission_denied", message);
}

export function notAuthenticated(message = "Authentication credentials were not provided."): AppError {
  return new AppError("not_authenticated", message);
}
