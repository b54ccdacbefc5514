/** When a new model goes live, and what a project serves. */
import { z } from "zod";
import { choice, reference, text } from "./field.ts";
import { MAX_NAME_LENGTH, rowId } from "./primitives.ts";

export const DEPLOY_MODES = ["never", "if_better", "always"] as const;
export type DeployMode = (typeof DEPLOY_MODES)[number];

/**
 * What a job or a training does with its model once it is ready. `if_better`: the first model of a project goes live; a later one only
 * if it is not measurably worse than the live one on the same test part.
 */
export const deployMode = () =>
  choice(DEPLOY_MODES, {
    never: "Keep it ready",
    if_better: "Go live unless it measures worse",
    always: "Go live",
  });

/** By how much a new model may measure worse than the live one, as a share of it, and still go live. */
export const DEPLOY_TOLERANCE = 0.02;

const reason = text({ max: MAX_NAME_LENGTH }).optional();

export const deployRequest = z.object({
  /** Why, for the audit log. */
  reason,
});
export type DeployRequest = z.infer<typeof deployRequest>;

export const rollBackRequest = z.object({
  /** The model to roll back from. Where another one is live already, nothing changes: a repeated request does no harm. */
  from: reference().optional(),
  reason,
});
export type RollBackRequest = z.infer<typeof rollBackRequest>;

/** The id of the slot that stands in where a project has ready models and no slot. */
export const STAND_IN_SLOT_ID = 0;

const servedModel = z.object({ id: rowId, version: z.number().int() });

/** What a project's requests are answered with now. */
export const servingResponse = z.object({
  slots: z.array(
    z.object({
      /** 0 where no slot is set: a ready model stands in. */
      id: z.number().int().nonnegative(),
      name: z.string(),
      weight: z.number(),
      model: servedModel,
      /** What answers if the file of `model` is refused, and what takes over if `model` is deleted. */
      fallback: servedModel.nullable(),
      /** What `roll_back` would return to; null where there is nothing to return to. */
      rolls_back_to: servedModel.nullable(),
      /** Whether `model` is the one that was deployed; false where that one is not ready or has no file. */
      is_deployed: z.boolean(),
    }),
  ),
});
export type ServingResponse = z.infer<typeof servingResponse>;

/** The answer to a deletion that took a live model: what serves in its place. */
export const movedResponse = z.object({
  detail: z.string(),
  moved_slots: z.array(z.object({ slot: rowId, trained_model: rowId, version: z.number().int() })),
});
export type MovedResponse = z.infer<typeof movedResponse>;
