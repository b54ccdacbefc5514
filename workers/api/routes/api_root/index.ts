import type { Endpoint } from "../../middleware/endpoint.ts";

/** The routes that Recotem lists at its root. */
const RESOURCES = [
  "project",
  "training_data",
  "item_meta_data",
  "split_config",
  "evaluation_config",
  "parameter_tuning_job",
  "model_configuration",
  "trained_model",
  "task_log",
  "api_keys",
  "retraining_schedule",
  "retraining_run",
  "deployment_slot",
  "conversion_event",
  "ab_test",
  "users",
] as const;

export function apiRootRoutes(endpoint: Endpoint): void {
  endpoint("/", {
    GET: (c) => {
      const { origin } = new URL(c.req.url);
      return c.json(Object.fromEntries(RESOURCES.map((name) => [name, `${origin}/api/${name}/`])));
    },
  });
}
