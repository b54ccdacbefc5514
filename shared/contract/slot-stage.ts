/** The way of a new slot, each step one call. */
import * as z from "zod";
import { experimentRequest, experimentResponse, reason } from "./experiment.ts";
import { choice, float } from "./field.ts";
import { rowId } from "./primitives.ts";
import { replayResponse } from "./replay.ts";

/** The way of a new slot: over the log, beside the answers, in lists together with the control, for a share of people, for all, or back. */
export const SLOT_STAGES = ["replay", "shadow", "interleave", "ab", "promote", "roll_back"] as const;
export type SlotStage = (typeof SLOT_STAGES)[number];
export const slotStageRequest = z.strictObject({
  stage: choice(SLOT_STAGES, {
    replay: "its model is measured by the log of the lists that others showed",
    shadow: "it answers no request, and is scored beside those that do",
    interleave: "lists are made of it and the control in turns",
    ab: "half of the people get its lists",
    promote: "it takes all requests of the experiment",
    roll_back: "the control takes them back",
  }),
  reason,
  /** Of `shadow`: the share of requests for which it is scored. */
  shadow_rate: float({ min: 0, max: 1 }).optional(),
  /** Of `ab`: its share of people. */
  share: float({ min: 0.01, max: 0.99 }).default(0.5),
  /** Of `replay`, `interleave` and `ab`: types of events that are conversions. */
  conversion_types: experimentRequest.shape.conversion_types,
});
export type SlotStageRequest = z.infer<typeof slotStageRequest>;
export const slotStageResponse = z.object({
  slot: rowId,
  stage: z.enum(SLOT_STAGES),
  /** The experiment that was started or ended; null for none. */
  experiment: experimentResponse.nullable(),
  /** The replay that was begun; null for other stages. */
  replay: replayResponse.nullable(),
});
