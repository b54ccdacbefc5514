/**
 * Replays recorded exchanges with the K-pop recommendation service against a stack of its own: `node test/e2e/kpop/run.ts FOLDER`. Prints
 * the counts by group and each line that differs; ends with 1 if one differs without a known reason.
 */

import { removeState, startTestStack } from "../../setup/stack.ts";
import { flipByteOfArtifact } from "../damage.ts";
import { printOutcomes } from "../replay/print-outcomes.ts";
import { type Outcome, replay } from "../replay/replay.ts";
import { readLines, type Variables } from "../replay/transcript.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { createKpopWorld } from "./world.ts";

const [folder = process.env.EDGEWISE_KPOP ?? ""] = process.argv.slice(2);
if (folder === "") throw new Error("Name the folder of the recording, or set EDGEWISE_KPOP.");

const stack = await startTestStack({ settings: {}, isCuttable: true });
let unexplained = 0;
try {
  const { key, people, retrain } = await createKpopWorld(stack.url, Date.now());
  const variables: Variables = new Map<string, unknown>(people);
  const base = `${stack.url}/kpop/k/${key}`;
  const lines = readLines(folder);
  let file = "";
  /** What happens before a line, as in the recording. */
  const steps: Readonly<Record<number, () => Promise<void>>> = {
    43: async () => void (await retrain()),
    51: async () => {
      file = await retrain();
      flipByteOfArtifact(stack.stateDir, file);
    },
    53: async () => flipByteOfArtifact(stack.stateDir, file),
    54: () => stack.cut(),
    57: async () => {
      // A training needs the stores.
      await stack.join();
      await retrain();
      await stack.cut();
    },
  };
  const outcomes: Outcome[] = [];
  for (const line of lines) {
    await steps[line.seq]?.();
    outcomes.push(...(await replay([line], { base, folder, variables })));
  }
  unexplained = printOutcomes(outcomes, KNOWN_DIFFERENCES);
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
process.exitCode = unexplained > 0 ? 1 : 0;
