import { t } from "../words/words.ts";
import { plainText } from "./plain-text.ts";

/** The kinds of failures of a request that the page treats differently. */
export type ApiErrorKind =
  | "network"
  | "unauthorized"
  | "forbidden"
  | "notFound"
  | "conflict"
  | "invalid"
  | "rateLimited"
  | "server"
  | "unexpected";

export type FieldErrors = Readonly<Record<string, readonly string[]>>;

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly kind: ApiErrorKind;
  readonly status: number;
  /** Messages by the name of the field that they belong to. */
  readonly fields: FieldErrors;

  constructor(kind: ApiErrorKind, message: string, status = 0, fields: FieldErrors = {}) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.fields = fields;
  }
}

const KIND_OF_STATUS: Readonly<Record<number, ApiErrorKind>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "notFound",
  409: "conflict",
  429: "rateLimited",
};

/** Texts of fields that belong to the whole form rather than to one input. */
const FORM_FIELDS: readonly string[] = [
  "non_field_errors",
  "detail",
  "error",
  "message",
  "code",
  "request_id",
];

/** Reads the body of a refused request: `{field: [text]}`, `{detail: text}`, or the list of problems of the serving API. */
export function toApiError(status: number, body: unknown): ApiError {
  const kind = KIND_OF_STATUS[status] ?? (status >= 500 ? "server" : "invalid");
  const { messages, fields } = readProblems(body);
  const message = messages.join(" ") || firstOf(fields) || t(`errors.${kind}`);
  return new ApiError(kind, message, status, fields);
}

export function networkError(): ApiError {
  return new ApiError("network", t("errors.network"));
}

export function unexpectedError(): ApiError {
  return new ApiError("unexpected", t("errors.unexpected"));
}

/** One sentence for the reader, for any thrown value. */
export function describeError(error: unknown): string {
  return error instanceof ApiError ? error.message : t("errors.unexpected");
}

export function isApiError(error: unknown, kind: ApiErrorKind): boolean {
  return error instanceof ApiError && error.kind === kind;
}

function readProblems(body: unknown): { messages: string[]; fields: Record<string, string[]> } {
  const messages: string[] = [];
  const fields: Record<string, string[]> = {};
  if (typeof body !== "object" || body === null) return { messages, fields };
  for (const [field, value] of Object.entries(body)) {
    const texts = textsOf(value).map(plainText);
    if (field === "detail" || field === "error" || field === "non_field_errors") messages.push(...texts);
    else if (!FORM_FIELDS.includes(field) && texts.length > 0) fields[field] = texts;
  }
  return { messages, fields };
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (typeof entry === "string") return [entry];
    if (typeof entry === "object" && entry !== null && "msg" in entry) return [String(entry.msg)];
    return [];
  });
}

/** Texts that make sense only next to their field; all others are complete sentences. */
const NEEDS_FIELD = /^(This (field|value)|Ensure this|A valid|Not a valid|Enter |Use at |Choose one)/;

function firstOf(fields: FieldErrors): string | undefined {
  const [entry] = Object.entries(fields);
  const text = entry?.[1][0];
  return text !== undefined && NEEDS_FIELD.test(text) ? `${entry?.[0]}: ${text}` : text;
}
