/** What a report advises, in a sentence. */
import type { AbTestReport, ReportVerdict } from "#contract/ab-test.ts";
import type { AbTestRow } from "../resources/ab-test.ts";

type Figures = Omit<AbTestReport, "verdict" | "advice">;

const METRIC_NAMES: Readonly<Record<AbTestReport["metric"], string>> = {
  conversion: "the share of people with a conversion",
  per_list: "the share of lists with a conversion",
  revenue: "the value per person",
};

export function adviceOf(verdict: ReportVerdict, figures: Figures, row: AbTestRow): string {
  const { control, variant, left_out, metric } = figures;
  const counts = `${control.people} and ${variant.people} people`;
  switch (verdict) {
    case "mismatch":
      return `Do not trust these figures: the slots have ${counts}, which their weights hardly ever give. Look for lists that are not reported, for ids that change, and for the ${left_out.mixed} people who saw lists of both slots.`;
    case "too_early":
      return `It is too early to compare: the slots have ${counts}, and too few conversions.`;
    case "better":
      return `Promote slot ${row.variantSlotId}: ${METRIC_NAMES[metric]} is ${difference(figures)} than with slot ${row.controlSlotId}.`;
    case "worse":
      return `Keep slot ${row.controlSlotId}: with slot ${row.variantSlotId}, ${METRIC_NAMES[metric]} is ${difference(figures)}.`;
    case "no_difference":
      return `No difference was found. The test could have found ${detectable(figures)}; a smaller one would need more people.`;
    case "undecided":
      return `Let the test run${daysText(figures)}. So far it could find ${detectable(figures)}.`;
  }
}

/** "12.3 % higher (4.5 % to 20.1 %)"; in the metric's unit if the control has nothing to compare with. */
function difference({ relative, absolute }: Figures): string {
  const shown = relative ?? absolute;
  if (shown === null) return "different";
  const text = (value: number) => (relative ? percent(value) : value.toPrecision(3));
  const word = shown.estimate > 0 ? "higher" : "lower";
  const [from, to] = [Math.abs(shown.low), Math.abs(shown.high)].sort((a, b) => a - b);
  return `${text(Math.abs(shown.estimate))} ${word} (${text(from ?? 0)} to ${text(to ?? 0)})`;
}

function detectable({ minimum_detectable_effect: effect }: Figures): string {
  return effect === null ? "no difference of any size" : `a difference of ${percent(effect)}`;
}

function daysText({ days_left: days, method }: Figures): string {
  const end = method === "fixed" ? ", and decide once, at its end" : "";
  if (days === null || days > 3_650) return end;
  if (days === 0) return end;
  return ` for ${Math.ceil(days)} more ${Math.ceil(days) === 1 ? "day" : "days"}${end}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
