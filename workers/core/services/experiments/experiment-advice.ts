/** What the report of an experiment advises, in a sentence. */
import type { ExperimentReport, ReportedVariant } from "#contract/experiment.ts";
import type { ExperimentRow } from "../resources/experiment.ts";

type Figures = Omit<ExperimentReport, "advice">;

const METRIC_NAMES: Readonly<Record<ExperimentReport["metric"], string>> = {
  conversion: "the share of people with a conversion",
  per_list: "the share of lists with a conversion",
  revenue: "the value per person",
};

export function experimentAdvice(figures: Figures, row: ExperimentRow): string {
  switch (figures.verdict) {
    case "guardrail":
      return guardrailText(figures);
    case "mismatch":
      return `Do not trust these figures: ${counts(figures)}, which such shares hardly ever give. Look for ids that change, for lists that the platform does not make, and for the ${figures.left_out.mixed} people who saw lists of several variants.`;
    case "too_early":
      return `It is too early to compare: ${counts(figures)}, and too few conversions.`;
    case "better":
      return winnerText(figures, row);
    case "worse":
      return loserText(figures, row);
    case "no_difference":
      return figures.preference
        ? "No difference was found: people take as much from the one slot as from the other."
        : `No difference was found. The experiment could have found ${detectable(figures)}; a smaller one needs more people.`;
    case "undecided":
      return figures.preference
        ? "Let the experiment run: people's preference is not clear yet."
        : `Let the experiment run${daysText(figures)}. So far it could find ${detectable(figures)}.`;
  }
}

function winnerText(figures: Figures, { kind, variants }: ExperimentRow): string {
  const [control, rival] = variants;
  if (figures.preference) return preferenceText(figures.preference, rival?.slot, control?.slot);
  const [, outside] = figures.variants;
  if (kind === "holdout") {
    return `Personal lists pay: ${METRIC_NAMES[figures.metric]} is ${difference(outside)} than with the baseline.`;
  }
  const best = figures.variants.find(({ slot }) => slot === figures.best);
  return `Promote slot ${figures.best}: ${METRIC_NAMES[figures.metric]} is ${difference(best)} than with slot ${control?.slot}.`;
}

function loserText(figures: Figures, { kind, variants }: ExperimentRow): string {
  const [control, rival] = variants;
  if (figures.preference) return preferenceText(figures.preference, control?.slot, rival?.slot);
  const [, first] = figures.variants;
  const metric = METRIC_NAMES[figures.metric];
  if (kind === "holdout")
    return `Personal lists do harm: ${metric} is ${difference(first)} than with the baseline.`;
  return figures.variants.length === 2
    ? `Keep slot ${control?.slot}: with slot ${first?.slot}, ${metric} is ${difference(first)}.`
    : `Keep slot ${control?.slot}: with every other slot, ${metric} is lower.`;
}

/** Interleaving says which list people like, not how much more they do. */
function preferenceText(
  { interval, people }: NonNullable<Figures["preference"]>,
  winner: number | null | undefined,
  loser: number | null | undefined,
): string {
  const [low, high] = [Math.abs(interval?.low ?? 0), Math.abs(interval?.high ?? 0)].sort((a, b) => a - b);
  const range = `${percent(low ?? 0)} to ${percent(high ?? 0)}`;
  return `People prefer slot ${winner} to slot ${loser}: of what ${people} people take from both, its lead is ${percent(Math.abs(interval?.estimate ?? 0))} (${range}). Test slot ${winner} as an A/B experiment to see what that is worth, or promote it.`;
}

function guardrailText({ breaches }: Figures): string {
  const [first] = breaches;
  const names = {
    latency_p95_ms: "the time of 95 % of its lists, in ms,",
    empty_share: "the share of empty lists",
  };
  const name = names[first?.guardrail as keyof typeof names] ?? "the number of different items";
  const more = breaches.length > 1 ? ` ${breaches.length - 1} more bounds are broken.` : "";
  return `Do not promote: for slot ${first?.slot}, ${name} is ${shown(first?.value)}, and the bound is ${shown(first?.bound)}.${more}`;
}

function shown(value: number | undefined): string {
  return String(Number((value ?? 0).toPrecision(3)));
}

function counts({ variants, preference }: Figures): string {
  if (preference) return `${preference.people} people took something from an interleaved list`;
  const numbers = variants.map(({ people }) => people);
  return `the variants have ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)} people`;
}

/** "12.3 % higher (4.5 % to 20.1 %)"; in the metric's unit if the control has nothing to compare with. */
function difference(variant: ReportedVariant | undefined): string {
  const found = variant?.relative ?? variant?.absolute;
  if (!found) return "different";
  const text = (value: number) => (variant?.relative ? percent(value) : value.toPrecision(3));
  const word = found.estimate > 0 ? "higher" : "lower";
  const [low, high] = [Math.abs(found.low), Math.abs(found.high)].sort((a, b) => a - b);
  return `${text(Math.abs(found.estimate))} ${word} (${text(low ?? 0)} to ${text(high ?? 0)})`;
}

function detectable({ minimum_detectable_effect: effect }: Figures): string {
  return effect === null ? "no difference of any size" : `a difference of ${percent(effect)}`;
}

function daysText({ days_left: days, method }: Figures): string {
  const end = method === "fixed" ? ", and decide once, at its end" : "";
  if (days === null || days === 0 || days > 3_650) return end;
  const whole = Math.ceil(days);
  return ` for ${whole} more ${whole === 1 ? "day" : "days"}${end}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
