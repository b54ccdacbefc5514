import * as z from "zod";
import {
  abTestReport,
  abTestRequest,
  abTestResponse,
  abTestResults,
  promotedResponse,
  promoteWinnerRequest,
  REPORT_METHODS,
  REPORT_METRICS,
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
  "GET /ab_test/:id/report": {
    summary: "What people did in the test, how sure the difference is, and what to do",
    query: {
      method: { type: "string", enum: REPORT_METHODS, default: "sequential" },
      metric: { type: "string", enum: REPORT_METRICS, default: "conversion" },
      effect: { type: "number", exclusiveMinimum: 0, maximum: 10, default: 0.05 },
    },
    answer: abTestReport,
  },
  "POST /ab_test/:id/promote_winner": {
    summary: "Give all requests to one slot of a completed test",
    body: promoteWinnerRequest,
    answer: promotedResponse,
  },
};
