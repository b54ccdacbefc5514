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
import {
  experimentPlan,
  experimentReport,
  experimentRequest,
  experimentResponse,
  promoteRequest,
  rollBackRequest,
  stepRequest,
} from "#contract/experiment.ts";
import { qualityResponse, qualityRuleRequest, qualityRuleResponse } from "#contract/quality.ts";
import { replayRequest, replayResponse } from "#contract/replay.ts";
import { slotStageRequest, slotStageResponse } from "#contract/slot-stage.ts";
import { abTests } from "#services/resources/ab-test.ts";
import { conversionEvents } from "#services/resources/conversion-event.ts";
import { experiments } from "#services/resources/experiment.ts";
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
  ...describeResource({
    resource: experiments,
    answer: experimentResponse,
    body: experimentRequest,
    methods: ["create", "update", "delete"],
  }),
  "POST /experiment/:id/start": {
    summary: "Begin to share requests among the variants",
    body: stepRequest,
    answer: experimentResponse,
  },
  "POST /experiment/:id/stop": {
    summary: "End to share requests: they go by the weights of slots again",
    body: stepRequest,
    answer: experimentResponse,
  },
  "POST /experiment/:id/promote": {
    summary: "End the experiment and give its requests to one of its slots",
    body: promoteRequest,
    answer: experimentResponse,
  },
  "POST /experiment/:id/roll_back": {
    summary: "End the experiment and give its requests to the control",
    body: rollBackRequest,
    answer: experimentResponse,
  },
  "POST /deployment_slot/:id/stage": {
    summary:
      "Move a slot on its way: over the log, a shadow, in lists with the control, for a share of people, for all, or back",
    body: slotStageRequest,
    answer: slotStageResponse,
  },
  "POST /trained_model/:id/replay": {
    summary: "Measure a model by the log of the lists that others showed",
    body: replayRequest,
    answer: replayResponse,
    status: 202,
  },
  "GET /trained_model/:id/replay": {
    summary: "How far the last replay of a model is, and what it came to",
    answer: replayResponse,
  },
  "GET /experiment/:id/report": {
    summary: "What people did with each variant, how sure the differences are, and what to do",
    query: {
      method: { type: "string", enum: REPORT_METHODS, default: "sequential" },
      metric: { type: "string", enum: REPORT_METRICS },
      effect: { type: "number", exclusiveMinimum: 0, maximum: 10, default: 0.05 },
    },
    answer: experimentReport,
  },
  "GET /experiment/:id/plan": {
    summary: "How long the experiment would run, by what people did in the days before",
    query: {
      effect: { type: "number", exclusiveMinimum: 0, maximum: 10, default: 0.05 },
      power: { type: "number", minimum: 0.5, maximum: 0.99, default: 0.8 },
      days: { type: "integer", minimum: 1, maximum: 90, default: 14 },
      method: { type: "string", enum: ["sequential", "fixed"], default: "sequential" },
    },
    answer: experimentPlan,
  },
  "GET /project/:id/quality": {
    summary: "How the lists of each slot did, day by day",
    query: { days: { type: "integer", minimum: 1, maximum: 366, default: 30 } },
    answer: qualityResponse,
  },
  "PUT /project/:id/quality_rule": {
    summary: "Set what is told of the quality of lists",
    body: qualityRuleRequest,
    answer: qualityRuleResponse,
  },
};
