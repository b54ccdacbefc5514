import { EngineError } from "#engine/engine-error.ts";

/**
 * An error in the words of a job's log: the engine's sentences unchanged, only kind and message of other errors. The Worker's own
 * log has the whole error.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof EngineError) return error.message;
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ level: "error", event: "work_failed", cause }));
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
