import type { Logger } from "./json-logger.ts";

/** The environment is invalid; the message names variables and never their values. */
export class BadEnvironment extends Error {
  readonly code = "BAD_ENVIRONMENT";
}

/** The answer; without a valid environment, a 500 that shows no names of variables. They are in the log. */
export async function orNotConfigured(
  logger: Pick<Logger, "error">,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof BadEnvironment)) throw error;
    logger.error("bad_environment", { message: error.message });
    return Response.json({ detail: "The server is not configured.", code: error.code }, { status: 500 });
  }
}
