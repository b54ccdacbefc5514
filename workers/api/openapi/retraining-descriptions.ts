import {
  retrainingRunResponse,
  retrainingScheduleRequest,
  retrainingScheduleResponse,
  retrainingTriggered,
} from "#contract/retraining.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const RETRAINING: Descriptions = {
  ...describeResource({
    path: "retraining_schedule",
    one: "a retraining schedule",
    many: "retraining schedules",
    filters: ["project"],
    answer: retrainingScheduleResponse,
    body: retrainingScheduleRequest,
    methods: ["create", "update", "delete"],
  }),
  "POST /retraining_schedule/:id/trigger": {
    summary: "Begin a run of the schedule now",
    answer: retrainingTriggered,
    status: 202,
  },
  ...describeResource({
    path: "retraining_run",
    one: "a retraining run",
    many: "retraining runs",
    filters: ["schedule", "status"],
    answer: retrainingRunResponse,
    methods: [],
  }),
};
