import { eventTailResponse, MAX_TAIL_EVENTS } from "#contract/event-tail.ts";
import { usageResponse } from "#contract/usage.ts";
import type { Descriptions } from "./description.ts";

const DAY = { type: "string", format: "date" };

export const USAGE: Descriptions = {
  "GET /project/:id/usage": {
    summary: "Show how much the project's keys use, by day and slot",
    query: { from: DAY, to: DAY },
    answer: usageResponse,
  },
  "GET /project/:id/events": {
    summary: "Show the last events, and how many of each type came",
    query: { type: { type: "string" }, limit: { type: "integer", minimum: 1, maximum: MAX_TAIL_EVENTS } },
    answer: eventTailResponse,
  },
  "GET /project/:id/metrics": { summary: "Figures of serving as Prometheus' text", isFile: true },
};
