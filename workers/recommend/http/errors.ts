/** A refusal with the body that clients of Recotem's inference service know: `{"detail": …}`. */
export class ServingError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 413 | 422 | 429 | 503;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ServingError["status"], detail: unknown, headers: ServingError["headers"] = {}) {
    super(typeof detail === "string" ? detail : `status ${status}`);
    this.name = "ServingError";
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

/** For a location that has not heard of a deletion yet: as every location answers a minute later. */
export function projectIsDeleted(): ServingError {
  return new ServingError(401, "Invalid API key");
}
