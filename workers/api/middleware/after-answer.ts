import { describeError, type Logger } from "#platform/json-logger.ts";
import type { ApiContext } from "./context.ts";

/**
 * Does work once the answer is out, if the runtime can keep the Worker alive for it; the cron does what is left. A failure goes to the
 * log: the caller has the answer already.
 */
export function afterAnswer(c: ApiContext, logger: Logger, work: () => Promise<unknown>): void {
  const context = contextOf(c);
  if (context === undefined) return;
  context.waitUntil(
    work().catch((error: unknown) =>
      logger.error("work_after_answer", { request_id: c.get("requestId"), error: describeError(error) }),
    ),
  );
}

/** Absent in tests that call the app without a runtime. */
export function contextOf(c: ApiContext) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
