import { EngineError } from "#engine/engine-error.ts";

/**
 * What a job's log says of an error: the engine's sentences as they are, of anything else only its kind and message.
 * The whole error goes to the Worker's own log.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof EngineError) return error.message;
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ level: "error", event: "work_failed", cause }));
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
