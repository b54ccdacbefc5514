/** Asks Edgewise for recommendations and sends it events. Needs `fetch` alone: Node, Workers, browsers. */
export { type CallOptions, type ClientOptions, createClient, type EdgewiseClient } from "./client.ts";
export { EdgewiseError } from "./edgewise-error.ts";
export { type Beacon, createEventQueue, type EventQueue, type EventQueueOptions } from "./event-queue.ts";
export type * from "./types.ts";
export {
  type VerifyOptions,
  verifyWebhook,
  type WebhookCall,
  WebhookError,
  type WebhookEvent,
  type WebhookProblem,
} from "./verify-webhook.ts";
