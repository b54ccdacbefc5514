/**
 * Sends events while the stack is killed at random, then compares segments, training data, a model and counts with the sender's own
 * ledger: `nice -n 5 node test/bench/million-events.ts [--events 1000000] [--kills 10] [--seed 1] [--batch 100] [--grow-at 20]`.
 *
 * Ends with 1 if an event is lost or counts twice. Takes some minutes for a million.
 */
import { parseArgs } from "node:util";
import { runEventFaults } from "../e2e/event-fault-run.ts";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    kills: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    batch: { type: "string", default: "100" },
    "grow-at": { type: "string", default: "20" },
  },
});
const { retries, segments, seconds, ...off } = await runEventFaults({
  events: Number(options.events),
  kills: Number(options.kills),
  seed: Number(options.seed),
  batch: Number(options.batch),
  growAt: Number(options["grow-at"]),
  say: (text) => console.log(text),
});
console.log(`sent in ${seconds.toFixed(0)} s with ${retries} repeated batches; ${segments} segments`);
console.log(JSON.stringify(off));
const isExact = Object.values(off).every((count) => count === 0);
console.log(isExact ? "Every event is stored once." : "Events are lost, or count twice.");
process.exitCode = isExact ? 0 : 1;
