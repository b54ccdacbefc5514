import type { JobMessage } from "#jobs/messages.ts";
import { assertNever } from "#jobs/step.ts";
import { blendWeights } from "./consumers/blend-weights.ts";
import { cold } from "./consumers/cold.ts";
import { erase } from "./consumers/erase.ts";
import { eraseTask } from "./consumers/erase-task.ts";
import { final } from "./consumers/final.ts";
import { finalist } from "./consumers/finalist.ts";
import { fitPart } from "./consumers/fit-part.ts";
import { fitTask } from "./consumers/fit-task.ts";
import { ingest } from "./consumers/ingest.ts";
import { ingestTask } from "./consumers/ingest-task.ts";
import { measuringTask } from "./consumers/measuring-task.ts";
import { plan } from "./consumers/plan.ts";
import { trainingSlice } from "./consumers/training-slice.ts";
import { trial } from "./consumers/trial.ts";
import type { TrainerDeps } from "./work/deps.ts";

/** Passes a message to the consumer of its kind. An exception makes the queue deliver the message again. */
export function consume(deps: TrainerDeps, message: JobMessage): Promise<void> {
  switch (message.kind) {
    case "ingest":
      return ingest(deps, message);
    case "ingest-task":
      return ingestTask(deps, message);
    case "erase":
      return erase(deps, message);
    case "erase-task":
      return eraseTask(deps, message);
    case "trial":
      return trial(deps, message);
    case "plan":
      return plan(deps, message);
    case "finalist":
      return finalist(deps, message);
    case "fit-part":
      return fitPart(deps, message);
    case "cold":
      return cold(deps, message);
    case "blend-weights":
      return blendWeights(deps, message);
    case "final":
      return final(deps, message);
    case "measuring-task":
      return measuringTask(deps, message);
    case "slice":
      return trainingSlice(deps, message);
    case "fit-task":
      return fitTask(deps, message);
    default:
      return assertNever(message);
  }
}
