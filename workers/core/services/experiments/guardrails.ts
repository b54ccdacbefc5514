/** Bounds of what no variant may do to people. A breach blocks every verdict. */
import type { ExperimentReport, Guardrails, ReportedVariant } from "#contract/experiment.ts";
import type { ExperimentRow } from "../resources/experiment.ts";

/** A variant is not judged by fewer lists: one slow list of ten says nothing. */
const FEWEST_LISTS = 100;

type Judged = Pick<ReportedVariant, "slot" | "lists" | "latency_p95_ms" | "empty_share" | "items_shown">;

/** Those of all variants but the control, which is what people got before. Interleaving has no control. */
export function breachesOf(
  { kind, guardrails }: Pick<ExperimentRow, "kind" | "guardrails">,
  variants: readonly Judged[],
): ExperimentReport["breaches"] {
  const judged = kind === "interleave" ? variants : variants.slice(1);
  return judged
    .filter(({ lists }) => lists >= FEWEST_LISTS)
    .flatMap((variant) => breachesBy(guardrails, variant));
}

function breachesBy(
  { latency_p95_ms, empty_share, items_shown }: Guardrails,
  variant: Judged,
): ExperimentReport["breaches"] {
  const most = { latency_p95_ms, empty_share };
  const above = (["latency_p95_ms", "empty_share"] as const).flatMap((guardrail) => {
    const [bound, value] = [most[guardrail] ?? null, variant[guardrail]];
    return bound !== null && value !== null && value > bound ? [{ guardrail, value, bound }] : [];
  });
  const fewest = items_shown ?? null;
  const below =
    fewest !== null && variant.items_shown < fewest
      ? [{ guardrail: "items_shown", value: variant.items_shown, bound: fewest }]
      : [];
  return [...above, ...below].map((breach) => ({ slot: variant.slot, ...breach }));
}
