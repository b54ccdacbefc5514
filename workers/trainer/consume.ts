import type { JobMessage } from "#jobs/messages.ts";
import { assertNever } from "#jobs/step.ts";
import { erase } from "./consumers/erase.ts";
import { final } from "./consumers/final.ts";
import { ingest } from "./consumers/ingest.ts";
import { trainingSlice } from "./consumers/training-slice.ts";
import { trial } from "./consumers/trial.ts";
import type { TrainerDeps } from "./deps.ts";

/** Hands a message to the consumer of its kind. What it throws makes the queue deliver the message again. */
export function consume(deps: TrainerDeps, message: JobMessage): Promise<void> {
  switch (message.kind) {
    case "ingest":
      return ingest(deps, message);
    case "erase":
      return erase(deps, message);
    case "trial":
      return trial(deps, message);
    case "final":
      return final(deps, message);
    case "slice":
      return trainingSlice(deps, message);
    default:
      return assertNever(message);
  }
}
