/** Something that the person at the keyboard can put right; its message is one line, and the exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
