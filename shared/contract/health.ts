import * as z from "zod";

/** What a check found: works, does not answer, or is behind. */
const check = z.enum(["ok", "failed", "late"]);

/** The answer for monitors. Its status says the same: 200 while the database answers, 503 otherwise. */
export const health = z.object({
  /** `degraded`: the API answers, and something below is wrong. */
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  checks: z.object({
    database: z.enum(["ok", "failed"]),
    /** Files and models (R2). */
    store: check.optional(),
    /** The entries that serving reads (KV); late: some differ from the database, and KV refuses them. */
    routing: check.optional(),
    /** Failed: no process for jobs starts on a local stack. Late: an uploaded file, a job or a training has waited for its worker for long. */
    work: check.optional(),
  }),
});
export type Health = z.infer<typeof health>;
