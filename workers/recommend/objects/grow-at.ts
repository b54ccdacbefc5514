import { DEFAULT_GROW_AT } from "#jobs/event-shard/object-load.ts";
import { BadEnvironment } from "#platform/bad-environment.ts";

/** Calls a second beyond which an event object gives shards away. @throws BadEnvironment if the setting is not a whole number of calls a second. */
export function growAtOf(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_GROW_AT;
  const calls = Number(text);
  if (Number.isInteger(calls) && calls >= 1) return calls;
  throw new BadEnvironment("EDGEWISE_EVENT_OBJECT_CALLS must be a whole number from 1, in calls a second.");
}
