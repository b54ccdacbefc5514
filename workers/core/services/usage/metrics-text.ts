/** The figures of a project as Prometheus' text. */
import type { MeterSamples } from "#jobs/meter/meter-object.ts";

interface Family {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  edgewise_requests_total: { type: "counter", help: "Calls of serving with a valid key." },
  edgewise_lists_total: {
    type: "counter",
    help: "Lists by the slot that made them; slot 0 is the stand-in.",
  },
  edgewise_popular_lists_total: {
    type: "counter",
    help: "Lists of slots that have popular items alone: nothing that the person did chose them.",
  },
  edgewise_events_total: { type: "counter", help: "Events that were stored." },
  edgewise_request_seconds: {
    type: "histogram",
    help: "Time to answer. Deployed, clocks stand still while code runs: it is waiting time.",
  },
  edgewise_model_swaps_total: { type: "counter", help: "Changes of a slot's model, once for each isolate." },
  edgewise_model_swap_seconds_total: {
    type: "counter",
    help: "Time from reading of a new model to the first answer by it, summed over isolates.",
  },
  edgewise_isolates: { type: "gauge", help: "Isolates that reported in the last five minutes." },
  edgewise_loaded_models: { type: "gauge", help: "Models in memory, of all projects, summed over isolates." },
  edgewise_model_cache_bytes: { type: "gauge", help: "Memory of loaded models, summed over isolates." },
  edgewise_model_version: {
    type: "gauge",
    help: "The lowest version by which an isolate answers for a slot.",
  },
};

/** Versions are compared; other gauges are summed. */
const LOWEST = "edgewise_model_version";

/** The text, with each family's samples together. */
export function metricsText({ counters, gauges }: MeterSamples): string {
  const samples = new Map<string, number>([
    ...Object.entries(counters),
    ...mergedGauges(gauges),
    ["edgewise_isolates", gauges.length],
  ]);
  const lines: string[] = [];
  for (const [family, { type, help }] of Object.entries(FAMILIES)) {
    const own = [...samples].filter(([sample]) => familyOf(sample) === family);
    if (own.length === 0) continue;
    lines.push(`# HELP ${family} ${help}`, `# TYPE ${family} ${type}`);
    own.sort(([a], [b]) => compareSamples(a, b));
    for (const [sample, value] of own) lines.push(`${sample} ${value}`);
  }
  return `${lines.join("\n")}\n`;
}

function mergedGauges(gauges: MeterSamples["gauges"]): Map<string, number> {
  const merged = new Map<string, number>();
  for (const [sample, value] of gauges.flatMap((one) => Object.entries(one))) {
    const known = merged.get(sample);
    const isLowest = familyOf(sample) === LOWEST;
    merged.set(sample, known === undefined ? value : isLowest ? Math.min(known, value) : known + value);
  }
  return merged;
}

/** By name and labels; buckets of a histogram by their bound, as the format asks. */
function compareSamples(a: string, b: string): number {
  const [one, other] = [bucketOf(a), bucketOf(b)];
  if (one.others !== other.others) return one.others < other.others ? -1 : 1;
  return one.bound - other.bound;
}

function bucketOf(sample: string): { readonly others: string; readonly bound: number } {
  const [label = "", bound] = /,?le="([^"]*)"/.exec(sample) ?? [];
  if (bound === undefined) return { others: sample, bound: 0 };
  return {
    others: sample.replace(label, ""),
    bound: bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound),
  };
}

function familyOf(sample: string): string {
  const name = sample.replace(/\{.*$/, "");
  const base = name.replace(/_(bucket|sum|count)$/, "");
  return FAMILIES[base]?.type === "histogram" ? base : name;
}
