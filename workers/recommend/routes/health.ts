import type { Context } from "hono";
import type { ServingHealth } from "#contract/inference.ts";
import type { ServingContext } from "../serving-context.ts";

/** `GET /inference/health`. */
export function healthOf(loadedModels: () => number) {
  return (c: Context<ServingContext>): Response => {
    const health: ServingHealth = { status: "healthy", loaded_models: loadedModels() };
    return c.json(health);
  };
}
