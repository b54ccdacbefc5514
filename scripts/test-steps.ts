/** Steps of `npm test`: programs that run beside each other, each with the time that it took. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { ROOT } from "./build/root.ts";

export interface Step {
  readonly name: string;
  /** From its start to its end, seconds. */
  readonly wall: number;
  /** Processor time of the program and of all processes that it waited for, seconds. */
  readonly cpu: number;
}

/** Runs the program of its arguments, and writes the shell's `times` to the fourth file. */
const TIMED = '"$@"; status=$?; times >&3; exit $status';
const running = new Set<ChildProcess>();

/** Ends the steps, too, when a signal ends this program. */
export function endStepsOnSignals(): void {
  const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, status] of Object.entries(statuses)) process.once(signal, () => end(status));
}

/** Ends this program and all steps with their processes, then prints why; each step leads a process group. */
function end(status: number, lastWords = ""): never {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, "SIGTERM");
  process.stderr.write(lastWords);
  process.exit(status);
}

export interface StepOptions {
  /** What it prints is shown line by line, and not in one piece at its end. */
  readonly isShownAtOnce?: boolean;
  /**
   * It computes all the time, so it takes what is left of the processors by steps that wait for answers: the more, the lower this number
   * of `nice`; 0 by default.
   */
  readonly niceness?: number;
  /** What is printed last when it fails: the end of a log is enough to know what failed. */
  readonly explain?: () => string;
}

/** Runs a script with Node and shows what it prints. Ends this program when the script fails. */
export async function runStep(
  name: string,
  args: readonly string[],
  { isShownAtOnce = false, niceness = 0, explain = () => "" }: StepOptions = {},
): Promise<Step> {
  const startedAt = performance.now();
  const output = isShownAtOnce ? "inherit" : "pipe";
  const command = ["nice", "-n", String(niceness), process.execPath, ...args];
  const child = spawn("sh", ["-c", TIMED, "sh", ...command], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", output, output, "pipe"],
  });
  running.add(child);
  if (isShownAtOnce) console.log(`\n── ${name}`);
  const printed = [textOf(child.stdout), textOf(child.stderr)];
  const times = textOf(child.stdio[3] as Readable);
  const status = await new Promise<number | null>((done) => child.once("close", done));
  running.delete(child);
  const step = { name, wall: (performance.now() - startedAt) / 1000, cpu: processorSeconds(times()) };
  const label = `── ${name}: ${step.wall.toFixed(1)} s`;
  console.log(isShownAtOnce ? label : `\n${label}\n${printed.map((text) => text()).join("")}`);
  if (status === 0) return step;
  end(status ?? 1, `\n${name} failed.\n${explain()}\n`);
}

function textOf(stream: Readable | null): () => string {
  let text = "";
  stream?.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  return () => text;
}

/** The sum of what `times` writes: `0m0.00s 0m0.00s` of the shell, and a second such line of its children. */
export function processorSeconds(times: string): number {
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

/** A line for each step, longest processor time first, and their sum beside the whole time, seconds. */
export function stepTable(steps: readonly Step[], wall: number): string {
  const cpu = steps.reduce((sum, step) => sum + step.cpu, 0);
  const rows = [...steps.toSorted((a, b) => b.cpu - a.cpu), { name: "All, beside each other", wall, cpu }];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = (name: string, ...cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padStart(10)).join("")}`;
  return [
    line("Step", "seconds", "CPU s"),
    ...rows.map((row) => line(row.name, row.wall.toFixed(1), row.cpu.toFixed(1))),
  ].join("\n");
}
