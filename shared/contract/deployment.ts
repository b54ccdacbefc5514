/** When a new model goes live, and which models a project serves. */
import * as z from "zod";
import { choice, reference, text } from "./field.ts";
import { MAX_NAME_LENGTH, rowId } from "./primitives.ts";

export const DEPLOY_MODES = ["never", "if_better", "always"] as const;
export type DeployMode = (typeof DEPLOY_MODES)[number];

/**
 * What happens to the model of a job or a training once it is ready. `if_better`: the first model of a project goes live. A later
 * one only if it is not measurably worse than the live one on the same test part.
 */
export const deployMode = () =>
  choice(DEPLOY_MODES, {
    never: "Keep it ready",
    if_better: "Go live unless it measures worse",
    always: "Go live",
  });

/** How much worse a new model may measure than the live one and still go live, as a share of the live one's figure. */
export const DEPLOY_TOLERANCE = 0.02;

const reason = text({ max: MAX_NAME_LENGTH }).optional();

export const deployRequest = z.strictObject({
  /** The reason, for the audit log. */
  reason,
});
export type DeployRequest = z.infer<typeof deployRequest>;

export const rollBackRequest = z.strictObject({
  /** The model to roll back from. If another model is live already, nothing changes: a repeated request does no harm. */
  from: reference().optional(),
  reason,
});
export type RollBackRequest = z.infer<typeof rollBackRequest>;

const servedModel = z.object({ id: rowId, version: z.number().int() });

/** The models that answer a project's requests now. */
export const servingResponse = z.object({
  slots: z.array(
    z.object({
      /** 0 without a slot: a ready model answers. */
      id: z.number().int().nonnegative(),
      name: z.string(),
      weight: z.number(),
      /** Whether new models go live here. */
      is_default: z.boolean(),
      model: servedModel,
      /** The version that answers if the file of `model` is refused, and that takes over if `model` is deleted. */
      fallback: servedModel.nullable(),
      /** The version that `roll_back` would return to; null if there is none. */
      rolls_back_to: servedModel.nullable(),
      /** Whether `model` is the deployed one; false if the deployed one is not ready or has no file. */
      is_deployed: z.boolean(),
    }),
  ),
});
export type ServingResponse = z.infer<typeof servingResponse>;

export const DEPLOYMENT_VERDICTS = ["first", "live", "unmeasured", "worse", "not_worse"] as const;
export type DeploymentVerdict = (typeof DEPLOYMENT_VERDICTS)[number];

/** The slot whose model the new one would replace; by default the one in which new models go live. */
export const deploymentCheckQuery = z.object({ slot: z.coerce.number().int().positive().optional() });

/**
 * What `if_better` would decide of a model now; nothing changes. `first`: nothing is live yet. `live`: the model is the live one.
 * `unmeasured`: no test part on which both were measured. `worse`: by more than the tolerance. `not_worse`: it would go live.
 */
export const deploymentCheckResponse = z.object({
  verdict: z.enum(DEPLOYMENT_VERDICTS),
  /** The model that answers now; null for `first`. */
  live: servedModel.nullable(),
  /** How much lower the figure may be, as a share of the live model's. */
  tolerance: z.number(),
  /** The figures that decide; null for `first`, `live` and `unmeasured`. */
  figures: z
    .object({ metric: z.string(), test_part: z.string(), model: z.number(), live: z.number() })
    .nullable(),
});
export type DeploymentCheckResponse = z.infer<typeof deploymentCheckResponse>;

/** The answer to a deletion that took a live model: the model that serves now. */
export const movedResponse = z.object({
  detail: z.string(),
  moved_slots: z.array(z.object({ slot: rowId, trained_model: rowId, version: z.number().int() })),
});
export type MovedResponse = z.infer<typeof movedResponse>;
