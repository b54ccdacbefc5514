import { EngineError, type EngineErrorCode } from "#engine/engine-error.ts";

const LASTING: readonly EngineErrorCode[] = [
  "BAD_PARAMETER",
  "BAD_DATA",
  "EMPTY_DATA",
  "SINGULAR",
  "UNSUPPORTED",
];

/** Whether the error is in the data or the parameters, so that the next attempt would fail in the same way. */
export function failsAlike(error: unknown): boolean {
  return error instanceof EngineError && LASTING.includes(error.code);
}
