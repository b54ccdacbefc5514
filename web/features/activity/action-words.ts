/** Changes of a project in plain words. */

const THINGS: Readonly<Record<string, string>> = {
  project: "project",
  training_data: "data",
  item_meta_data: "item metadata",
  user_meta_data: "user metadata",
  model_configuration: "configuration",
  parameter_tuning_job: "tuning job",
  trained_model: "model",
  api_keys: "API key",
  deployment_slot: "slot",
  retraining_schedule: "retraining schedule",
  saved_rule: "rule",
  ab_test: "A/B test",
  conversion_event: "conversion event",
  project_import: "project",
};

const VERBS: Readonly<Record<string, string>> = {
  POST: "created",
  PUT: "changed",
  PATCH: "changed",
  DELETE: "deleted",
};

/** Files are uploaded, not created. */
const FILES: readonly string[] = ["training_data", "item_meta_data", "user_meta_data"];

/** The verb of a path's last part, if that is an action. */
const DEEDS: Readonly<Record<string, string>> = {
  cancel: "cancelled",
  pause: "paused",
  resume: "resumed",
  revoke: "revoked",
  rotate: "gave another secret to",
  trigger: "started",
  unlink_file: "deleted the file of",
  evaluate: "measured",
  deploy: "deployed",
  withhold: "did not deploy",
  roll_back: "rolled back",
  erase_person: "erased a person from",
  sweep: "deleted leftovers of",
  webhook_secret: "gave a webhook secret to",
  project_import: "imported",
};

/**
 * `POST /api_keys/:id/rotate` of row 7 → `gave another secret to API key 7`. An unknown action is shown unchanged.
 *
 * @param fileName The name of a data file, if known.
 */
export function describeAction(
  action: string,
  target: number,
  fileName: (dataId: number) => string | undefined = () => undefined,
): string {
  const [method = "", path = ""] = action.split(" ");
  const parts = path.split("/").filter((part) => part !== "" && !part.startsWith(":"));
  const resource = parts[0] ?? "";
  const thing = THINGS[resource];
  const verb = method === "POST" && FILES.includes(resource) ? "uploaded" : VERBS[method];
  const deed = DEEDS[parts.at(-1) ?? ""] ?? (parts.length === 1 ? verb : undefined);
  if (!thing || !deed) return `${action}, row ${target}`;
  const name = resource === "training_data" ? fileName(target) : undefined;
  return `${deed} ${name ?? `${thing} ${target}`}`;
}
