/** Lines about what a training takes: its estimate, and what was measured where it runs or has run. */
import type { JobWork, WorkEstimate } from "#contract/work.ts";
import { formatBytes, formatCount, formatDuration } from "../../components/format.ts";
import { t } from "../../words/words.ts";

export type WorkFact = readonly [name: string, value: string];

const SMALLEST_DOLLARS = 0.0001;

/** Prices of a training are fractions of a cent. */
export function formatDollars(dollars: number): string {
  if (dollars > 0 && dollars < SMALLEST_DOLLARS) return `< $${SMALLEST_DOLLARS}`;
  return `$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;
}

export function estimateFacts(estimate: WorkEstimate): WorkFact[] {
  return [
    [t("models.work.minutes"), formatDuration(60 * estimate.minutes)],
    [t("models.work.dollars"), formatDollars(estimate.dollars)],
    [t("models.work.messages"), formatCount(estimate.messages)],
    [t("models.work.cpu"), formatDuration(estimate.cpu_seconds)],
    [t("models.work.operations"), formatCount(estimate.reads + estimate.writes)],
    [t("models.work.bytes"), formatBytes(estimate.read_bytes + estimate.written_bytes)],
  ];
}

/** Estimated and measured side by side. */
export function workFacts({ estimate, measured }: JobWork): WorkFact[] {
  const pair = (one: number, other: number, format: (value: number) => string) =>
    t("models.work.pair", format(one), format(other));
  const operations = (of: { readonly reads: number; readonly writes: number }) => of.reads + of.writes;
  const bytes = (of: { readonly read_bytes: number; readonly written_bytes: number }) =>
    of.read_bytes + of.written_bytes;
  return [
    [t("models.work.messages"), pair(estimate.messages, measured.messages, formatCount)],
    [t("models.work.operations"), pair(operations(estimate), operations(measured), formatCount)],
    [t("models.work.bytes"), pair(bytes(estimate), bytes(measured), formatBytes)],
    [t("models.work.cpu"), formatDuration(estimate.cpu_seconds)],
    ...processFacts(measured.process),
    [t("models.work.seconds"), formatDuration(measured.seconds)],
    [t("models.work.dollars"), formatDollars(estimate.dollars)],
  ];
}

/** What the processes of a local stack took; a deployment does not tell. */
function processFacts(process: JobWork["measured"]["process"]): WorkFact[] {
  if (process === null) return [];
  return [
    [t("models.work.processCpu"), formatDuration(process.cpu_seconds)],
    [t("models.work.longestCpu"), formatDuration(process.most_cpu_seconds)],
    [t("models.work.memory"), formatBytes(process.most_bytes)],
  ];
}
