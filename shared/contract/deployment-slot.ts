import { z } from "zod";
import { rowId, timestamp } from "./primitives.ts";

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
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type DeploymentSlotResponse = z.infer<typeof deploymentSlotResponse>;
