/** A mistake that the caller can correct; its message is one line, and the exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
