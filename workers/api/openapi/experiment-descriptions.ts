import * as z from "zod";
import {
  abTestRequest,
  abTestResponse,
  abTestResults,
  promotedResponse,
  promoteWinnerRequest,
} from "#contract/ab-test.ts";
import {
  conversionEventRequest,
  conversionEventResponse,
  conversionEventsResponse,
} from "#contract/conversion-event.ts";
import { abTests } from "#services/resources/ab-test.ts";
import { conversionEvents } from "#services/resources/conversion-event.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const EXPERIMENTS: Descriptions = {
  ...describeResource({
    resource: conversionEvents,
    answer: conversionEventResponse,
    body: conversionEventRequest,
    methods: ["create", "delete"],
  }),
  "POST /conversion_event/batch": {
    summary: "Store conversion events, all or none",
    body: z.object({ events: z.array(conversionEventRequest) }),
    answer: conversionEventsResponse,
    status: 201,
  },
  ...describeResource({
    resource: abTests,
    answer: abTestResponse,
    body: abTestRequest,
    methods: ["create", "update", "delete"],
  }),
  "POST /ab_test/:id/start": { summary: "Begin to count", answer: abTestResponse },
  "POST /ab_test/:id/stop": { summary: "End to count", answer: abTestResponse },
  "GET /ab_test/:id/results": {
    summary: "The two-proportion z-test over conversion events",
    answer: abTestResults,
  },
  "POST /ab_test/:id/promote_winner": {
    summary: "Give all requests to one slot of a completed test",
    body: promoteWinnerRequest,
    answer: promotedResponse,
  },
};
