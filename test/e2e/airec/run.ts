/**
 * Replays recorded exchanges with AiREC against a stack of its own: `node test/e2e/airec/run.ts FOLDER`. Prints the counts by group
 * and each line that differs; ends with 1 if one differs without a known reason.
 */
import { removeState, startTestStack } from "../../setup/stack.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { type Outcome, replay } from "./replay.ts";
import { readLines, type Variables } from "./transcript.ts";

const [folder = process.env.EDGEWISE_AIREC ?? ""] = process.argv.slice(2);
if (folder === "") throw new Error("Name the folder of the recording, or set EDGEWISE_AIREC.");

const EMAIL = "contract@example.com";
const settings = { EDGEWISE_AIREC_OPEN: EMAIL, EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: "true" };
const stack = await startTestStack({ settings });
let unexplained = 0;
try {
  const variables: Variables = new Map<string, unknown>([
    ["email", EMAIL],
    ["password", "walnut-Harbor-27"],
    ["receiver", "http://127.0.0.1:9"],
  ]);
  const outcomes = await replay(readLines(folder), { base: `${stack.url}/airec`, folder, variables });
  print(outcomes);
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
