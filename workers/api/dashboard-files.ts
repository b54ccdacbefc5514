/** The dashboard's pages and the files that they load. */
import { isDashboardPath } from "#contract/dashboard-paths.ts";
import { AppError } from "#services/app-error.ts";
import { toErrorResponse } from "./middleware/error-response.ts";

const READS = "GET, HEAD";

/**
 * Answers with the dashboard at its own addresses and with a stored file at the file's address. Null for all others, so that a
 * monitor never gets the dashboard in place of its answer. Files can only be read: another method is 405.
 *
 * @param assets Answers 404 where it has no file.
 */
export async function dashboardFile(
  request: Request,
  assets: Pick<Fetcher, "fetch">,
): Promise<Response | null> {
  const url = new URL(request.url);
  if (isDashboardPath(url.pathname)) url.pathname = "/";
  const isRead = request.method === "GET" || request.method === "HEAD";
  const init = { method: isRead ? request.method : "HEAD", headers: request.headers };
  const response = await assets.fetch(new Request(url, init));
  if (response.status === 404) return null;
  return isRead ? response : notAllowed(request.method);
}

function notAllowed(method: string): Response | null {
  const headers = { Allow: READS };
  return toErrorResponse(new AppError("method_not_allowed", `Method "${method}" not allowed.`, { headers }));
}
