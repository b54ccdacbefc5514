import { eq } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { tuningJob } from "#db/schema.ts";
import type { ApiDeps } from "./deps.ts";
import type { JobObjects } from "./jobs.ts";

/** Passes a checked handshake to the study's object, with the status in the database: a study may never have begun. */
export function createSocketOpener(objects: JobObjects, db: Database): ApiDeps["openJobSocket"] {
  return async (jobId, kind, { request, session }) => {
    const rows = await db.select({ status: tuningJob.status }).from(tuningJob).where(eq(tuningJob.id, jobId));
    const url = new URL(`https://study/${kind}`);
    const asked = new URL(request.url).searchParams;
    for (const name of ["trials", "lines"]) url.searchParams.set(name, asked.get(name) ?? "0");
    url.searchParams.set("status", (rows[0]?.status ?? "PENDING").toLowerCase());
    url.searchParams.set("session", session);
    return objects.study(jobId).fetch(url.href, request);
  };
}
