/** An event as shards and segments keep it: one line of JSON. Fields have the names of the API. */

/** What makes an event feedback, beside the fields of every event. */
export interface FeedbackMark {
  /** When it happened as the client says, which may be in the future, epoch milliseconds. */
  readonly at: number;
  readonly updated: number;
  readonly comment?: string;
}

export interface StoredEvent {
  readonly type: string;
  readonly user_id: string;
  readonly item_id: string;
  readonly value?: number;
  /** When it happened, epoch milliseconds. */
  readonly time: number;
  /** When it arrived, epoch milliseconds. */
  readonly received: number;
  readonly event_id?: string;
  readonly request_id?: string;
  readonly session_id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Present if the event counts in the row of its feedback. */
  readonly feedback?: FeedbackMark;
}

/** Reads the lines of a row or segment. They are ours, so a line that is no event is an error. */
export function eventsOf(lines: string): StoredEvent[] {
  return lines.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as StoredEvent]));
}

/** Lines without a user's events; `events` are those taken out. */
export function withoutUser(
  lines: string,
  userId: string,
): { readonly rest: string; readonly events: StoredEvent[] } {
  return withoutEvents(lines, JSON.stringify(userId), (event) => event.user_id === userId);
}

/** Lines without some events; `events` are those taken out. @param mark A text that each of their lines has. */
export function withoutEvents(
  lines: string,
  mark: string,
  isOut: (event: StoredEvent) => boolean,
): { readonly rest: string; readonly events: StoredEvent[] } {
  // Most lines are of others, and looking for a text costs less than parsing.
  if (!lines.includes(mark)) return { rest: lines, events: [] };
  const events: StoredEvent[] = [];
  const kept = lines.split("\n").filter((line) => {
    if (!line.includes(mark)) return true;
    const event = JSON.parse(line) as StoredEvent;
    if (!isOut(event)) return true;
    events.push(event);
    return false;
  });
  return { rest: kept.join("\n"), events };
}

/** The line of an event, with its line feed. */
export function lineOf(event: StoredEvent): string {
  return `${JSON.stringify(event)}\n`;
}
