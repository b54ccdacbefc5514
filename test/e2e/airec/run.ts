/**
 * Replays recorded exchanges with AiREC against a stack of its own: `node test/e2e/airec/run.ts FOLDER`. Prints the counts by group
 * and each line that differs; ends with 1 if one differs without a known reason.
 */
import { removeState, startTestStack } from "../../setup/stack.ts";
import { printOutcomes } from "../replay/print-outcomes.ts";
import { replay } from "../replay/replay.ts";
import { readLines, type Variables } from "../replay/transcript.ts";
import { startReceiver } from "../webhooks/receiver.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";

const [folder = process.env.EDGEWISE_AIREC ?? ""] = process.argv.slice(2);
if (folder === "") throw new Error("Name the folder of the recording, or set EDGEWISE_AIREC.");

const EMAIL = "contract@example.com";
const settings = { EDGEWISE_AIREC_OPEN: EMAIL, EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: "true" };
const receiver = await startReceiver();
receiver.answer("/fails", (response) => response.writeHead(500).end());
const stack = await startTestStack({ settings });
let unexplained = 0;
try {
  const variables: Variables = new Map<string, unknown>([
    ["email", EMAIL],
    ["password", "walnut-Harbor-27"],
    ["receiver", receiver.url],
  ]);
  const outcomes = await replay(readLines(folder), {
    ...{ base: `${stack.url}/airec`, folder, variables },
    receiver: {
      bodiesAt: (path) => receiver.at(path).map(({ body }) => body),
      drive: async () => {
        await fetch(`${stack.url}/cdn-cgi/handler/scheduled`);
      },
    },
  });
  unexplained = printOutcomes(outcomes, KNOWN_DIFFERENCES);
} finally {
  await stack.stop();
  await receiver.stop();
  removeState(stack.stateDir);
}
process.exitCode = unexplained > 0 ? 1 : 0;
