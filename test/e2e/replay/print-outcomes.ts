import type { Outcome } from "./replay.ts";

/**
 * Prints the counts by group and each line that differs, with its reason.
 *
 * @param known The reasons of known differences, by the number of the line.
 * @returns How many lines differ without a known reason.
 */
export function printOutcomes(outcomes: readonly Outcome[], known: ReadonlyMap<number, string>): number {
  for (const { line, verdict, problems } of outcomes) {
    if (verdict === "equal" || verdict === "left") continue;
    const reason = known.get(line.seq) ?? line.defect ?? "UNEXPLAINED";
    console.log(`${verdict} ${line.seq} ${line.group}: ${line.name} (${reason})`);
    for (const problem of problems) console.log(`    ${problem}`);
  }
  console.log("\ngroup | equal | different | defect | left");
  for (const group of new Set(outcomes.map(({ line }) => line.group))) {
    const own = outcomes.filter(({ line }) => line.group === group);
    const count = (wanted: Outcome["verdict"]) => own.filter(({ verdict }) => verdict === wanted).length;
    console.log([group, count("equal"), count("different"), count("defect"), count("left")].join(" | "));
  }
  return outcomes.filter(({ line, verdict }) => verdict === "different" && !known.has(line.seq)).length;
}
