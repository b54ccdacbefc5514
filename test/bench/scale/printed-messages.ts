/** What the messages of jobs took, from the log of a stack that measures them. */
import { MESSAGE_WORKED, type MessageFigures } from "#scripts/stack/message-meter.ts";
import { requireWithin } from "./message-limits.ts";

/** Stages of an ingestion, in their order. */
const INGEST_STAGES = ["survey", "map", "join", "reduce", "order", "blocks", "items", "finish"];

interface Sums {
  messages: number;
  seconds: number;
  cpuSeconds: number;
  mostCpuSeconds: number;
  mostSeconds: number;
  mostMb: number;
}

/** Prints a row for each stage. Throws when a message took too much. */
export function printMessages(log: string): void {
  const stages = new Map<string, Sums>();
  for (const figures of figuresIn(log)) add(stages, figures);
  console.log(
    "  | stage | messages | seconds | at most, s | processor s | at most, s | resident at most, MB |",
  );
  console.log("  | --- | --- | --- | --- | --- | --- | --- |");
  for (const [name, sums] of stages) {
    const { seconds, mostSeconds, cpuSeconds, mostCpuSeconds, mostMb } = sums;
    const times = [seconds, mostSeconds, cpuSeconds, mostCpuSeconds].map((value) => value.toFixed(1));
    console.log(`  | ${[name, sums.messages, ...times, mostMb.toFixed(0)].join(" | ")} |`);
  }
  // The runtime and its garbage are in the resident memory, so that it says little of what a message needs.
  requireWithin([...stages].map(([name, sums]) => ({ name, cpuSeconds: sums.mostCpuSeconds, mb: 0 })));
}

function* figuresIn(log: string): Generator<MessageFigures> {
  for (const line of log.split("\n")) {
    if (!line.includes(`"${MESSAGE_WORKED}"`)) continue;
    yield JSON.parse(line.slice(line.indexOf("{"))) as MessageFigures;
  }
}

/** Stages of a measurement have their numbers: how many there are depends on the fit; the last five are those of the evaluation, and a join. */
function nameOf(kind: string, stage = 0): string {
  if (kind === "ingest-task") return `${kind} ${INGEST_STAGES[stage]}`;
  return kind === "measuring-task" ? `${kind} ${stage}` : kind;
}

function add(
  stages: Map<string, Sums>,
  { kind, stage, seconds, cpuSeconds, peakBytes }: MessageFigures,
): void {
  const name = nameOf(kind, stage);
  const none = { messages: 0, seconds: 0, cpuSeconds: 0, mostCpuSeconds: 0, mostSeconds: 0, mostMb: 0 };
  const sums = stages.get(name) ?? none;
  stages.set(name, sums);
  sums.messages++;
  sums.seconds += seconds;
  sums.cpuSeconds += cpuSeconds;
  sums.mostCpuSeconds = Math.max(sums.mostCpuSeconds, cpuSeconds);
  sums.mostSeconds = Math.max(sums.mostSeconds, seconds);
  sums.mostMb = Math.max(sums.mostMb, peakBytes / 1e6);
}
