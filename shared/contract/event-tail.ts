/** The last events of a project, as they arrive. */
import * as z from "zod";
import { STORED_TYPE_FORM, STORED_TYPE_TEXT } from "./event-type.ts";
import { timestamp } from "./primitives.ts";
import { wholeNumber } from "./query-number.ts";

export const MAX_TAIL_EVENTS = 100;
const USUAL_TAIL_EVENTS = 50;

export const eventTailQuery = z.object({
  /** Events of this type alone. */
  type: z.string().regex(STORED_TYPE_FORM, STORED_TYPE_TEXT).optional(),
  limit: wholeNumber({ min: 1, max: MAX_TAIL_EVENTS }).default(USUAL_TAIL_EVENTS),
});

const count = z.number().int().nonnegative();

export const eventTailResponse = z.object({
  /** The last to arrive first. At most 100 of each type are kept. */
  events: z.array(
    z.object({
      type: z.string(),
      user_id: z.string(),
      item_id: z.string(),
      /** Null for an event without a value. */
      value: z.number().nullable(),
      /** When it happened, as its sender says. */
      time: timestamp,
      received: timestamp,
      request_id: z.string().nullable(),
    }),
  ),
  /** Types of the last day, the most frequent first. Events count by their own time, in whole minutes of the hour and hours of the day. */
  types: z.array(z.object({ type: z.string(), last_hour: count, last_day: count })),
});
export type EventTailResponse = z.infer<typeof eventTailResponse>;
