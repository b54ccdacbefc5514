import { z } from "zod";

/** The answer for monitors. Its status says the same: 200 or 503. */
export const health = z.object({
  status: z.enum(["healthy", "unhealthy"]),
  checks: z.object({ database: z.enum(["ok", "failed"]) }),
});
export type Health = z.infer<typeof health>;
