import * as z from "zod";

/** The kind of an error, for code to branch on; one place derives the HTTP status from it. */
export const ERROR_CODES = [
  "invalid",
  "bad_request",
  "not_authenticated",
  "permission_denied",
  "not_found",
  "method_not_allowed",
  "conflict",
  "too_large",
  "unsupported_media_type",
  "throttled",
  "internal",
  "unavailable",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One or more sentences for each refused field; `non_field_errors` are about the whole body. */
export const fieldErrors = z.record(z.string(), z.array(z.string()));
export type FieldErrors = z.infer<typeof fieldErrors>;

/** Every other refusal. `request_id` comes with internal errors only; the header X-Request-ID always has it. */
export const detailError = z.object({
  detail: z.string(),
  code: z.string().optional(),
  request_id: z.string().optional(),
});
export type DetailError = z.infer<typeof detailError>;

/** The body of a refused call: a sentence for each wrong field, or one detail. */
export const refusal = z.union([detailError, fieldErrors]);
export type Refusal = z.infer<typeof refusal>;
