/** How much a project's keys use. */
import * as z from "zod";

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The last 30 days by default. */
export const usageQuery = z.object({
  from: z.string().regex(DAY, "A day is like 2026-11-27.").optional(),
  to: z.string().regex(DAY, "A day is like 2026-11-27.").optional(),
});

const count = z.number().int().nonnegative();

export const usageResponse = z.object({
  from: z.string(),
  to: z.string(),
  /** One for each day, key and slot; those without a slot have the calls and events of the key. */
  usage: z.array(
    z.object({
      /** In UTC. */
      day: z.string(),
      key: count,
      /** Null for a deleted key. */
      key_name: z.string().nullable(),
      slot: count.nullable(),
      slot_name: z.string().nullable(),
      requests: count,
      /** Calls that a limit of the key refused. */
      limited: count,
      lists: count,
      events: count,
    }),
  ),
});
export type UsageResponse = z.infer<typeof usageResponse>;
