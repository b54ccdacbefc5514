import {
  endpointSecretResponse,
  endpointTestResponse,
  replayResponse,
  webhookCallResponse,
  webhookEndpointRequest,
  webhookEndpointResponse,
} from "#contract/webhook-endpoint.ts";
import { webhookCalls } from "#services/resources/webhook-call.ts";
import { webhookEndpoints } from "#services/resources/webhook-endpoint.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const WEBHOOKS: Descriptions = {
  ...describeResource({
    resource: webhookEndpoints,
    answer: webhookEndpointResponse,
    body: webhookEndpointRequest,
    methods: ["create", "update", "delete"],
  }),
  "POST /webhook_endpoint/:id/secret": {
    summary:
      "Give the endpoint another secret; it is shown only this time, and the one before signs for a day, too",
    answer: endpointSecretResponse,
  },
  "POST /webhook_endpoint/:id/test": {
    summary: "Send a test event now; the answer has the status of the address",
    answer: endpointTestResponse,
  },
  "POST /webhook_endpoint/:id/replay": {
    summary: "Send all calls of the endpoint that were given up again, in their order",
    answer: replayResponse,
  },
  ...describeResource({ resource: webhookCalls, answer: webhookCallResponse, methods: [] }),
  "POST /webhook_call/:id/replay": {
    summary: "Send a call that was given up again, behind those that wait",
    answer: webhookCallResponse,
  },
};
