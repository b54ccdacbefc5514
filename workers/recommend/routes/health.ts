import type { ServingHealth } from "#contract/inference.ts";
import { jsonAnswer } from "../http/answer.ts";

/** `GET /inference/health`. */
export function healthOf(loadedModels: () => number) {
  return (): Response => {
    const health: ServingHealth = { status: "healthy", loaded_models: loadedModels() };
    return jsonAnswer(health);
  };
}
