/**
 * The journal of a study: a line of JSON that identifies the study, then a line for each finished trial, written as it
 * finishes. An interrupted study continues from it. A last line that was cut off is written again.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";
import { fileProblem } from "../files/read-file.ts";
import { UsageError } from "../options/usage-error.ts";

/** Everything that decides the trials of a study; a journal of another study is refused. */
export type StudyHeader = Readonly<Record<string, unknown>>;

export interface Journal {
  readonly earlier: readonly FinishedTrial[];
  append(trial: FinishedTrial): void;
}

const VERSION = 1;

/**
 * Opens a journal, or begins one. Throws `UsageError` that names the file and the line when the study cannot continue
 * from it.
 */
export function openJournal(path: string, header: StudyHeader): Journal {
  const first = `${JSON.stringify({ edgewise_study: VERSION, ...header })}\n`;
  const text = guarded(path, () => (existsSync(path) ? readFileSync(path, "utf8") : ""));
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  if (lines.length > 0) refuseOther(path, lines[0] as string, JSON.parse(first));
  const earlier = lines.slice(1).map((line, at) => parseTrial(path, line, at + 2));
  if (whole !== text || lines.length === 0)
    guarded(path, () => writeFileSync(path, lines.length === 0 ? first : whole));
  return {
    earlier,
    append: (trial) => guarded(path, () => appendFileSync(path, `${JSON.stringify(trial)}\n`)),
  };
}

function refuseOther(path: string, line: string, expected: StudyHeader): void {
  const found = parseLine(path, line, 1);
  if (found.edgewise_study !== VERSION) {
    throw new UsageError(`${path}: line 1 is not the beginning of a study's journal.`);
  }
  for (const [name, value] of Object.entries(expected)) {
    if (JSON.stringify(found[name]) === JSON.stringify(value)) continue;
    throw new UsageError(
      `${path}: this is the journal of another study: its ${name} is ${short(found[name])}, not ${short(value)}.`,
    );
  }
}

function parseTrial(path: string, line: string, number: number): FinishedTrial {
  const trial = parseLine(path, line, number);
  const isTrial =
    Number.isSafeInteger(trial.number) &&
    typeof trial.algorithm === "string" &&
    findAlgorithm(trial.algorithm) === trial.algorithm &&
    ["COMPLETE", "PRUNED", "FAILED"].includes(trial.state as string) &&
    [trial.suggested, trial.params, trial.metrics].every(
      (part) => typeof part === "object" && part !== null,
    ) &&
    (trial.value === null || typeof trial.value === "number") &&
    Array.isArray(trial.reports);
  if (!isTrial) throw new UsageError(`${path}: line ${number} is not a finished trial.`);
  return trial as unknown as FinishedTrial;
}

function parseLine(path: string, line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new UsageError(`${path}: line ${number} is not a JSON object.`);
}

function guarded<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: ${fileProblem(error as NodeJS.ErrnoException)}`);
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
