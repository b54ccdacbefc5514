/** A refusal with the body that clients of Recotem's inference service know: `{"detail": …}`. */
export class ServingError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 422 | 503;
  readonly detail: unknown;

  constructor(status: ServingError["status"], detail: unknown) {
    super(typeof detail === "string" ? detail : `status ${status}`);
    this.name = "ServingError";
    this.status = status;
    this.detail = detail;
  }
}
