/** The last events of a project, and how many of each type came lately. */
import { type EventTailResponse, eventTailQuery } from "#contract/event-tail.ts";
import type { ProjectEvents } from "#jobs/event-shard/project-events.ts";
import { isoTime } from "../resources/iso-time.ts";
import { parseQuery } from "./parse-query.ts";

export interface EventTailDeps {
  readonly events: Pick<ProjectEvents, "tail">;
}

/** Throws a field error for a type that no event can have, and for a limit out of range. */
export async function readEventTail(
  { events }: EventTailDeps,
  projectId: number,
  query: Readonly<Record<string, string>>,
): Promise<EventTailResponse> {
  const { type = null, limit } = parseQuery(eventTailQuery, query);
  const tail = await events.tail(projectId, { type, limit });
  const types = [...new Set([...tail.day.keys(), ...tail.hour.keys()])].map((name) => ({
    type: name,
    last_hour: tail.hour.get(name) ?? 0,
    last_day: tail.day.get(name) ?? 0,
  }));
  types.sort((a, b) => b.last_day - a.last_day || (a.type < b.type ? -1 : 1));
  return {
    events: tail.events.map(({ value = null, time, received, request_id = null, ...event }) => ({
      ...event,
      ...{ value, request_id, time: isoTime(time), received: isoTime(received) },
    })),
    types,
  };
}
