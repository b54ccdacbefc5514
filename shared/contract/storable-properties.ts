import * as z from "zod";
import { type PropertiesOwner, propertiesProblem } from "./item-properties.ts";

/** An object of properties within the bounds of its owner, an item by default. */
export function storableProperties(owner?: PropertiesOwner) {
  return z
    .custom<Record<string, unknown>>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      "Properties are an object",
    )
    .superRefine((value, context) => {
      const problem = propertiesProblem(value, owner);
      if (problem) context.addIssue({ code: "custom", message: problem.message, path: [...problem.path] });
    })
    .meta({ type: "object", additionalProperties: true });
}
