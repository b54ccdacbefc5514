/** Changes of a project as people say them. */

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
  project_import: "project",
};

const VERBS: Readonly<Record<string, string>> = {
  POST: "created",
  PUT: "changed",
  PATCH: "changed",
  DELETE: "deleted",
};

/** Files are not created but uploaded. */
const FILES: readonly string[] = ["training_data", "item_meta_data", "user_meta_data"];

/** What the last part of a path does, where it is a word of its own. */
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
 * `POST /api_keys/:id/rotate` of row 7 → `gave another secret to API key 7`. What is new to us is shown as it is.
 *
 * @param fileName  What a data file is called, where that is known.
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
