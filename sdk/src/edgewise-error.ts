/** A call that Edgewise refused, or that brought no answer. */
export class EdgewiseError extends Error {
  /** Null without an answer: the network failed, or the time was up. */
  readonly status: number | null;
  /** The body of the answer: wrong fields, or a sentence. */
  readonly body: unknown;
  /** Name it in a report of a fault. */
  readonly requestId: string | null;

  constructor(
    message: string,
    {
      status,
      body,
      requestId,
      cause,
    }: { status: number | null; body?: unknown; requestId?: string | null; cause?: unknown },
  ) {
    super(message, { cause });
    this.name = "EdgewiseError";
    this.status = status;
    this.body = body ?? null;
    this.requestId = requestId ?? null;
  }
}

/** Whether the same call may succeed later. */
export function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof EdgewiseError)) return false;
  const { status } = error;
  return status === null || status === 429 || status >= 500;
}

/** One line of a refusal's body. */
export function reasonOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return String(body);
  const { detail } = body as { detail?: unknown };
  if (detail === undefined) return JSON.stringify(body);
  if (!Array.isArray(detail)) return typeof detail === "object" ? JSON.stringify(detail) : String(detail);
  return detail.map(({ loc, msg }) => `${Array.isArray(loc) ? loc.join(".") : ""}: ${msg}`).join("; ");
}
