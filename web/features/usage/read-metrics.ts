/** Figures of routes, from the text that monitors read (docs/guides/usage.md). Pure. */

export interface RouteFigures {
  readonly route: string;
  readonly requests: number;
  /** Answers with a status from 400 to 499. */
  readonly refused: number;
  /** Answers with a status of 500 and above. */
  readonly failed: number;
  /** Seconds; null without a measured answer. */
  readonly median: number | null;
  readonly p95: number | null;
}

interface Bucket {
  /** The upper bound of the time, seconds. */
  readonly bound: number;
  /** Answers of at most that time. */
  readonly count: number;
}

const SAMPLE = /^(\w+)\{([^}]*)\} (\S+)$/;
const LABEL = /(\w+)="([^"]*)"/g;
const MEDIAN = 0.5;
const P95 = 0.95;

/** Of all lists: the share with popular items alone; null before the first list. */
export function popularShare(text: string): number | null {
  let lists = 0;
  let popular = 0;
  for (const line of text.split("\n")) {
    const [, name, , value] = SAMPLE.exec(line) ?? [];
    if (name === "edgewise_lists_total") lists += Number(value);
    if (name === "edgewise_popular_lists_total") popular += Number(value);
  }
  return lists === 0 ? null : popular / lists;
}

/** Routes by their requests, the busiest first, and all of them together under an empty name. */
export function readMetrics(text: string): { readonly all: RouteFigures; readonly routes: RouteFigures[] } {
  const statuses = new Map<string, Map<number, number>>();
  const buckets = new Map<string, Map<number, number>>();
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) continue;
    const { route, status, le } = Object.fromEntries(
      [...labels.matchAll(LABEL)].map(([, key, text]) => [key, text]),
    );
    if (route === undefined) continue;
    if (name === "edgewise_requests_total") add(statuses, route, Number(status), Number(value));
    if (name === "edgewise_request_seconds_bucket")
      add(buckets, route, le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le), Number(value));
  }
  const routes = [...statuses.keys()]
    .map((route) => figuresOf(route, [statuses.get(route)], [buckets.get(route)]))
    .sort((a, b) => b.requests - a.requests);
  return { all: figuresOf("", [...statuses.values()], [...buckets.values()]), routes };
}

type Counts = ReadonlyMap<number, number> | undefined;

function add(sums: Map<string, Map<number, number>>, route: string, key: number, value: number): void {
  const own = sums.get(route) ?? new Map<number, number>();
  own.set(key, (own.get(key) ?? 0) + value);
  sums.set(route, own);
}

function figuresOf(route: string, statuses: readonly Counts[], buckets: readonly Counts[]): RouteFigures {
  const answers = statuses.flatMap((counts) => [...(counts ?? [])]);
  const sum = (from: number, to: number) =>
    answers.reduce((total, [status, count]) => (status >= from && status < to ? total + count : total), 0);
  const found = mergedBuckets(buckets);
  return {
    route,
    requests: sum(0, Number.POSITIVE_INFINITY),
    refused: sum(400, 500),
    failed: sum(500, Number.POSITIVE_INFINITY),
    median: quantile(found, MEDIAN),
    p95: quantile(found, P95),
  };
}

/** A route may lack the buckets below its fastest answer: a lower bound counts what the next lower known one has. */
function mergedBuckets(routes: readonly Counts[]): Bucket[] {
  const bounds = [...new Set(routes.flatMap((counts) => [...(counts?.keys() ?? [])]))].sort((a, b) => a - b);
  const countAt = (counts: Counts, bound: number) => {
    let count = 0;
    for (const [known, value] of counts ?? []) if (known <= bound) count = Math.max(count, value);
    return count;
  };
  return bounds.map((bound) => ({
    bound,
    count: routes.reduce((total, counts) => total + countAt(counts, bound), 0),
  }));
}

/** Within a bucket, answers are taken as evenly spread, as Prometheus' `histogram_quantile` does. Past the last bound: that bound. */
export function quantile(buckets: readonly Bucket[], share: number): number | null {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return null;
  const rank = share * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const [below, bucket] = [buckets[index - 1] ?? { bound: 0, count: 0 }, buckets[index]];
  if (!bucket || bucket.bound === Number.POSITIVE_INFINITY) return below.bound;
  const width = bucket.count - below.count;
  const part = width === 0 ? 1 : (rank - below.count) / width;
  return below.bound + (bucket.bound - below.bound) * part;
}
