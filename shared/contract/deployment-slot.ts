import * as z from "zod";
import { boolean, float, reference } from "./field.ts";
import { name256, rowId, timestamp } from "./primitives.ts";

/** As in Recotem. A slot's share of the requests is its weight among the weights of all active slots. */
const MAX_WEIGHT = 100;
export const DEFAULT_SHADOW_RATE = 0.1;

/** A slot as a caller makes or changes it. */
export const deploymentSlotRequest = z.object({
  project: reference(),
  name: name256,
  trained_model: reference(),
  weight: float({ min: 0, max: MAX_WEIGHT }).default(MAX_WEIGHT),
  is_active: boolean().default(true),
  /** A shadow answers no request. What it would have shown is logged for some requests that other slots answer. */
  is_shadow: boolean().default(false),
  /** The share of requests for which a shadow is scored. */
  shadow_rate: float({ min: 0, max: 1 }).default(DEFAULT_SHADOW_RATE),
});
export type DeploymentSlotRequest = z.infer<typeof deploymentSlotRequest>;

/** A share of a project's traffic and the model that answers it. */
export const deploymentSlotResponse = z.object({
  id: rowId,
  project: rowId,
  name: z.string(),
  trained_model: rowId,
  /** The previous model; `roll_back` returns to it. */
  previous_model: rowId.nullable(),
  weight: z.number(),
  is_active: z.boolean(),
  is_shadow: z.boolean().optional(),
  shadow_rate: z.number().optional(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type DeploymentSlotResponse = z.infer<typeof deploymentSlotResponse>;

/** A time in which a slot had one model and one weight. Slots and models in it may be deleted by now. */
export const slotPeriodResponse = z.object({
  id: rowId,
  project: rowId,
  slot: rowId,
  slot_name: z.string(),
  trained_model: rowId,
  version: z.number().int(),
  weight: z.number(),
  is_active: z.boolean(),
  is_shadow: z.boolean(),
  started_at: timestamp,
  /** Null for the present. */
  ended_at: timestamp.nullable(),
});
export type SlotPeriodResponse = z.infer<typeof slotPeriodResponse>;
