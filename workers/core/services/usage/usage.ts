/** How much the keys of a project use, by day and slot. */
import { eq } from "drizzle-orm";
import { STAND_IN_SLOT_ID } from "#contract/stand-in-slot.ts";
import { type UsageResponse, usageQuery } from "#contract/usage.ts";
import type { Database } from "#db/database.ts";
import { apiKey, deploymentSlot } from "#db/schema.ts";
import type { ProjectMeters } from "#jobs/meter/project-meters.ts";
import type { Clock } from "#platform/clock.ts";
import { fieldError } from "../app-error.ts";
import { DEFAULT_SLOT_NAME } from "../serving/served-slots.ts";
import { parseQuery } from "./parse-query.ts";

export interface UsageDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly meters: Pick<ProjectMeters, "usage">;
}

const DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Throws a field error for what is no day, or an end before the start. */
export async function readUsage(
  { db, clock, meters }: UsageDeps,
  projectId: number,
  query: Readonly<Record<string, string>>,
): Promise<UsageResponse> {
  const { from, to } = daysOf(query, clock());
  const [counts, keys, slots] = await Promise.all([
    meters.usage(projectId, from, to),
    db.select({ id: apiKey.id, name: apiKey.name }).from(apiKey).where(eq(apiKey.projectId, projectId)),
    db
      .select({ id: deploymentSlot.id, name: deploymentSlot.name })
      .from(deploymentSlot)
      .where(eq(deploymentSlot.projectId, projectId)),
  ]);
  const keyNames = new Map(keys.map(({ id, name }) => [id, name]));
  const slotNames = new Map([
    [STAND_IN_SLOT_ID, DEFAULT_SLOT_NAME],
    ...slots.map(({ id, name }) => [id, name] as const),
  ]);
  const usage = counts.map(({ keyId, slotId, day, requests, limited, lists, events }) => ({
    ...{ day, key: keyId, key_name: keyNames.get(keyId) ?? null },
    ...{ slot: slotId, slot_name: slotId === null ? null : (slotNames.get(slotId) ?? null) },
    ...{ requests, limited, lists, events },
  }));
  return { from, to, usage };
}

function daysOf(query: Readonly<Record<string, string>>, now: number) {
  const parsed = parseQuery(usageQuery, query);
  const to = parsed.to ?? dayOf(now);
  const end = Date.parse(to);
  if (Number.isNaN(end)) throw fieldError("to", "There is no such day.");
  const from = parsed.from ?? dayOf(end - (DAYS - 1) * DAY_MS);
  if (Number.isNaN(Date.parse(from))) throw fieldError("from", "There is no such day.");
  if (from > to) throw fieldError("to", "The end lies before the start.");
  return { from, to };
}
