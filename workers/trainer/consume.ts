import { EngineError } from "#engine/engine-error.ts";
import type { JobMessage } from "#jobs/messages.ts";
import { assertNever } from "#jobs/step.ts";
import { erase } from "./consumers/erase.ts";
import { final } from "./consumers/final.ts";
import { finalist } from "./consumers/finalist.ts";
import { ingest } from "./consumers/ingest.ts";
import { plan } from "./consumers/plan.ts";
import { workOnStudy } from "./consumers/study-work.ts";
import { trainingSlice } from "./consumers/training-slice.ts";
import { trial } from "./consumers/trial.ts";
import type { TrainerDeps } from "./deps.ts";

/** Passes a message to the consumer of its kind. An exception makes the queue deliver the message again. */
export function consume(deps: TrainerDeps, message: JobMessage): Promise<void> {
  switch (message.kind) {
    case "ingest":
      return ingest(deps, message);
    case "erase":
      return erase(deps, message);
    case "trial":
      return trial(deps, message);
    case "plan":
      return plan(deps, message);
    case "finalist":
      return finalist(deps, message);
    case "fit-part":
    case "blend-weights":
      return workOnStudy(deps, message, () => {
        throw new EngineError("BAD_PARAMETER", "This version does not blend on the platform.");
      });
    case "final":
      return final(deps, message);
    case "slice":
      return trainingSlice(deps, message);
    default:
      return assertNever(message);
  }
}
