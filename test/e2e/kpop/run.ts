/**
 * Replays recorded exchanges with the K-pop recommendation service against a stack of its own: `node test/e2e/kpop/run.ts FOLDER`. Prints
 * the counts by group and each line that differs; ends with 1 if one differs without a known reason.
 */

import { removeState, startTestStack } from "../../setup/stack.ts";
import { type Outcome, replay } from "../airec/replay.ts";
import { readLines, type Variables } from "../airec/transcript.ts";
import { KNOWN_DIFFERENCES, LEFT_GROUPS } from "./known-differences.ts";
import { createKpopWorld } from "./world.ts";

const [folder = process.env.EDGEWISE_KPOP ?? ""] = process.argv.slice(2);
if (folder === "") throw new Error("Name the folder of the recording, or set EDGEWISE_KPOP.");

const stack = await startTestStack({ settings: {} });
let unexplained = 0;
try {
  const { key, people } = await createKpopWorld(stack.url, Date.now());
  const variables: Variables = new Map<string, unknown>(people);
  const base = `${stack.url}/kpop/k/${key}`;
  const lines = readLines(folder);
  const replayed = lines.filter(({ group }) => !LEFT_GROUPS.has(group));
  const outcomes = await replay(replayed, { base, folder, variables });
  const left = lines.filter(({ group }) => LEFT_GROUPS.has(group));
  print([...outcomes, ...left.map((line): Outcome => ({ line, verdict: "left", problems: [] }))]);
  unexplained = outcomes.filter(
    ({ line, verdict }) => verdict === "different" && !KNOWN_DIFFERENCES.has(line.seq),
  ).length;
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
process.exitCode = unexplained > 0 ? 1 : 0;

function print(outcomes: readonly Outcome[]): void {
  for (const { line, verdict, problems } of outcomes) {
    if (verdict === "equal" || verdict === "left") continue;
    const reason = KNOWN_DIFFERENCES.get(line.seq) ?? line.defect ?? "UNEXPLAINED";
    console.log(`${verdict} ${line.seq} ${line.group}: ${line.name} (${reason})`);
    for (const problem of problems) console.log(`    ${problem}`);
  }
  const groups = new Set(outcomes.map(({ line }) => line.group));
  console.log("\ngroup | equal | different | defect | left");
  for (const group of groups) {
    const own = outcomes.filter(({ line }) => line.group === group);
    const count = (wanted: Outcome["verdict"]) => own.filter(({ verdict }) => verdict === wanted).length;
    console.log([group, count("equal"), count("different"), count("defect"), count("left")].join(" | "));
  }
}
