/** The kinds of engine errors, as stable codes for callers to branch on. */
export type EngineErrorCode =
  | "BAD_PARAMETER"
  | "BAD_DATA"
  | "EMPTY_DATA"
  | "BAD_ARTIFACT"
  | "UNSUPPORTED"
  | "SINGULAR";

/** An engine failure whose message is one sentence that names the offending value and is safe to show to a caller. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
    this.code = code;
  }
}
