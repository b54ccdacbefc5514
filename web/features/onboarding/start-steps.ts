/** The steps from data to a live recommendation, and which one is next. Pure. */

export const START_STEPS = ["upload", "read", "tune", "train", "key", "request", "event"] as const;
export type StartStep = (typeof START_STEPS)[number];

export interface StartProgress {
  /** Statuses of the project's rows, newest first. */
  readonly data: readonly string[];
  readonly jobs: readonly string[];
  readonly models: readonly string[];
  readonly hasKey: boolean;
  /** Requests and events that the project has answered so far. */
  readonly requests: number;
  readonly events: number;
}

/** Whether each step is done. A model counts as tuned, whichever way its settings were found. */
export function doneSteps(progress: StartProgress): Readonly<Record<StartStep, boolean>> {
  const hasModel = progress.models.includes("READY");
  return {
    upload: progress.data.length > 0,
    read: progress.data.includes("READY"),
    tune: hasModel || progress.jobs.includes("COMPLETED"),
    train: hasModel,
    key: progress.hasKey,
    request: progress.requests > 0,
    event: progress.events > 0,
  };
}

/** The first step that is not done; null once all are. */
export function nextStep(progress: StartProgress): StartStep | null {
  const done = doneSteps(progress);
  return START_STEPS.find((step) => !done[step]) ?? null;
}

/** What the sample's run does at once, without a click; null while it waits for the server or a person. */
export function automaticStep(progress: StartProgress): "upload" | "tune" | "key" | "request" | null {
  const next = nextStep(progress);
  if (next === "tune") return progress.jobs.length === 0 ? "tune" : null;
  return next === "upload" || next === "key" || next === "request" ? next : null;
}

/** The step that has failed on the server, so that going on alone makes no sense. */
export function failedStep({ data, jobs, models }: StartProgress): StartStep | null {
  if (data[0] === "FAILED" && !data.includes("READY")) return "read";
  if (jobs[0] === "FAILED" && !models.includes("READY")) return "tune";
  return models[0] === "FAILED" && !models.includes("READY") ? "train" : null;
}
