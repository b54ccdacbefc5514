/**
 * Replays recorded exchanges with Gorse against a stack of its own: `node test/e2e/gorse/run.ts FOLDER`. Prints the counts by file and each
 * line that differs; ends with 1 if one differs without a known reason. Of lists that a model chooses, length and form are compared.
 */
import { removeState, startTestStack } from "../../setup/stack.ts";
import { printOutcomes } from "../replay/print-outcomes.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { replayRecording } from "./replay-recording.ts";

const [folder = process.env.EDGEWISE_GORSE ?? ""] = process.argv.slice(2);
if (folder === "") throw new Error("Name the folder of the recording, or set EDGEWISE_GORSE.");

const HOUR_MS = 3_600_000;
const stack = await startTestStack({ settings: {} });
let unexplained = 0;
try {
  const outcomes = await replayRecording(stack.url, folder, Date.now() - HOUR_MS);
  unexplained = printOutcomes(outcomes, KNOWN_DIFFERENCES);
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
process.exitCode = unexplained > 0 ? 1 : 0;
