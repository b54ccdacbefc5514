/**
 * Counts requests in this isolate, and reports them to the meters of the projects in batches, after the answers. An isolate that is ended
 * before loses what it has not reported: ten seconds at most while it has requests.
 */
import { type MeterNamespace, type MeterReport, meterOf, type UsageCount } from "#jobs/meter/meter-object.ts";

/** One call of serving with an accepted key. */
export interface MeteredCall {
  readonly projectId: number;
  readonly keyId: number;
  /** Its name in `SERVING_ROUTES`. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** The slot of each list. */
  readonly slots: readonly number[];
  /** How many of the lists have popular items alone: nothing that the person did chose them. */
  readonly popular: number;
  /** Events that were stored. */
  readonly events: number;
}

export interface RequestMeter {
  /** Both return at once. */
  call(call: MeteredCall): void;
  swapped(projectId: number, ms: number): void;
}

export interface RequestMeterDeps {
  readonly meters: MeterNamespace;
  /** Names this isolate. */
  readonly isolate: () => string;
  /** Figures of this isolate now, by sample. */
  readonly gauges: (projectId: number) => Readonly<Record<string, number>>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  readonly logError: (event: string, error: unknown) => void;
}

const WAIT_MS = 10_000;
/** A report whose request was cut off never goes out; after this another one begins. */
const GIVE_UP_MS = 30_000;
/** Upper bounds of the histogram, seconds. */
const BUCKETS: readonly number[] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

const DAY_MS = 24 * 60 * 60 * 1000;

type Usage = { -readonly [Field in keyof UsageCount]: UsageCount[Field] };

interface Open {
  /** By key and slot of the day that counts now, and all days. */
  day: number;
  today: Map<number, Map<number | null, Usage>>;
  readonly usage: Usage[];
  readonly routes: Map<string, RouteCounts>;
  readonly counters: Record<string, number>;
}

export function createRequestMeter(deps: RequestMeterDeps): RequestMeter {
  const { meters, now, sleep, keep, logError } = deps;
  let open = new Map<number, Open>();
  let waitingSince = Number.NEGATIVE_INFINITY;
  let isolate: string | null = null;

  function openOf(projectId: number): Open {
    let found = open.get(projectId);
    if (!found) {
      found = { day: -1, today: new Map(), usage: [], routes: new Map(), counters: {} };
      open.set(projectId, found);
    }
    if (now() - waitingSince >= GIVE_UP_MS) {
      waitingSince = now();
      keep(flush());
    }
    return found;
  }

  async function flush(): Promise<void> {
    await sleep(WAIT_MS);
    const batch = open;
    open = new Map();
    waitingSince = Number.NEGATIVE_INFINITY;
    isolate ??= deps.isolate();
    for (const [projectId, counted] of batch) await report(isolate, projectId, counted);
  }

  async function report(name: string, projectId: number, open: Open): Promise<void> {
    const { usage, counters } = open;
    for (const [route, counts] of open.routes) addRoute(counters, route, counts);
    const body: MeterReport = { usage, counters, gauges: deps.gauges(projectId) };
    try {
      await meterOf(meters, projectId).report(name, body);
    } catch (error) {
      // Not sent again: it may have been counted.
      logError("usage_not_reported", error);
    }
  }

  return {
    call(call) {
      const opened = openOf(call.projectId);
      const own = usageOf(opened, call.keyId, null, now());
      own.requests++;
      own.events += call.events;
      if (call.status === 429) own.limited++;
      for (const slot of call.slots) usageOf(opened, call.keyId, slot, now()).lists++;
      countCall(opened, call);
    },
    swapped(projectId, ms) {
      const { counters } = openOf(projectId);
      add(counters, "edgewise_model_swaps_total");
      add(counters, "edgewise_model_swap_seconds_total", ms / 1000);
    },
  };
}

function usageOf(open: Open, keyId: number, slotId: number | null, now: number): Usage {
  const day = Math.floor(now / DAY_MS);
  if (day !== open.day) {
    open.day = day;
    open.today = new Map();
  }
  let slots = open.today.get(keyId);
  if (!slots) {
    slots = new Map();
    open.today.set(keyId, slots);
  }
  const known = slots.get(slotId);
  if (known) return known;
  const none = { requests: 0, limited: 0, lists: 0, events: 0 };
  const made = { day: new Date(now).toISOString().slice(0, 10), keyId, slotId, ...none };
  slots.set(slotId, made);
  open.usage.push(made);
  return made;
}

/** The calls of a route: their names as samples are made once a report. */
interface RouteCounts {
  readonly byStatus: Map<number, number>;
  readonly bySlot: Map<number, number>;
  /** Of `BUCKETS`, each with the calls of all before it; the calls themselves come last. */
  readonly buckets: number[];
  seconds: number;
  popular: number;
}

function countCall({ routes, counters }: Open, call: MeteredCall): void {
  const { route, status, ms, slots, popular, events } = call;
  let counts = routes.get(route);
  if (!counts) {
    const buckets = Array<number>(BUCKETS.length + 1).fill(0);
    counts = { byStatus: new Map(), bySlot: new Map(), buckets, seconds: 0, popular: 0 };
    routes.set(route, counts);
  }
  counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
  for (const slot of slots) counts.bySlot.set(slot, (counts.bySlot.get(slot) ?? 0) + 1);
  counts.popular += popular;
  if (events > 0) add(counters, "edgewise_events_total", events);
  const seconds = ms / 1000;
  for (let at = BUCKETS.length; at >= 0; at--) {
    if (seconds > (BUCKETS[at] ?? Number.POSITIVE_INFINITY)) break;
    (counts.buckets[at] as number)++;
  }
  counts.seconds += seconds;
}

function addRoute(counters: Record<string, number>, route: string, counts: RouteCounts): void {
  const { byStatus, bySlot, buckets, seconds, popular } = counts;
  for (const [status, calls] of byStatus)
    add(counters, `edgewise_requests_total{route="${route}",status="${status}"}`, calls);
  for (const [slot, lists] of bySlot)
    add(counters, `edgewise_lists_total{route="${route}",slot="${slot}"}`, lists);
  if (popular > 0) add(counters, `edgewise_popular_lists_total{route="${route}"}`, popular);
  for (const [at, calls] of buckets.entries()) {
    const bound = BUCKETS[at] ?? "+Inf";
    if (calls > 0) add(counters, `edgewise_request_seconds_bucket{route="${route}",le="${bound}"}`, calls);
  }
  add(counters, `edgewise_request_seconds_sum{route="${route}"}`, seconds);
  add(counters, `edgewise_request_seconds_count{route="${route}"}`, buckets.at(-1) ?? 0);
}

function add(counters: Record<string, number>, sample: string, more = 1): void {
  counters[sample] = (counters[sample] ?? 0) + more;
}
