import {
  retrainingRunResponse,
  retrainingScheduleRequest,
  retrainingScheduleResponse,
  retrainingTriggered,
} from "#contract/retraining.ts";
import { webhookDeliveryResponse, webhookSecretResponse } from "#contract/webhook.ts";
import { retrainingRuns } from "#services/resources/retraining-run.ts";
import { retrainingSchedules } from "#services/resources/retraining-schedule.ts";
import { webhookDeliveries } from "#services/resources/webhook-delivery.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const RETRAINING: Descriptions = {
  ...describeResource({
    resource: retrainingSchedules,
    answer: retrainingScheduleResponse,
    body: retrainingScheduleRequest,
    methods: ["create", "update", "delete"],
  }),
  "POST /retraining_schedule/:id/trigger": {
    summary: "Begin a run of the schedule now",
    answer: retrainingTriggered,
    status: 202,
  },
  "POST /retraining_schedule/:id/webhook_secret": {
    summary: "Give the schedule's webhook another secret; it is shown only this time",
    answer: webhookSecretResponse,
  },
  ...describeResource({
    resource: webhookDeliveries,
    answer: webhookDeliveryResponse,
    methods: [],
  }),
  ...describeResource({
    resource: retrainingRuns,
    answer: retrainingRunResponse,
    methods: [],
  }),
};
