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
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1] as const;

interface Open {
  readonly usage: Map<string, { -readonly [Field in keyof UsageCount]: UsageCount[Field] }>;
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
      found = { usage: new Map(), counters: {} };
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

  async function report(name: string, projectId: number, { usage, counters }: Open): Promise<void> {
    const body: MeterReport = { usage: [...usage.values()], counters, gauges: deps.gauges(projectId) };
    try {
      await meterOf(meters, projectId).report(name, body);
    } catch (error) {
      // Not sent again: it may have been counted.
      logError("usage_not_reported", error);
    }
  }

  function add(counters: Record<string, number>, sample: string, more = 1): void {
    counters[sample] = (counters[sample] ?? 0) + more;
  }

  return {
    call(call) {
      const { usage, counters } = openOf(call.projectId);
      const day = new Date(now()).toISOString().slice(0, 10);
      const used = (slotId: number | null) => {
        const name = `${day} ${call.keyId} ${slotId}`;
        const known = usage.get(name);
        if (known) return known;
        const none = { requests: 0, limited: 0, lists: 0, events: 0 };
        const made = { day, keyId: call.keyId, slotId, ...none };
        usage.set(name, made);
        return made;
      };
      const own = used(null);
      own.requests++;
      own.events += call.events;
      if (call.status === 429) own.limited++;
      for (const slot of call.slots) used(slot).lists++;
      countCall((sample, more) => add(counters, sample, more), call);
    },
    swapped(projectId, ms) {
      const { counters } = openOf(projectId);
      add(counters, "edgewise_model_swaps_total");
      add(counters, "edgewise_model_swap_seconds_total", ms / 1000);
    },
  };
}

function countCall(add: (sample: string, more?: number) => void, call: MeteredCall): void {
  const { route, status, ms, slots, events } = call;
  add(`edgewise_requests_total{route="${route}",status="${status}"}`);
  for (const slot of slots) add(`edgewise_lists_total{route="${route}",slot="${slot}"}`);
  if (events > 0) add("edgewise_events_total", events);
  const seconds = ms / 1000;
  for (const bound of BUCKETS) {
    if (seconds <= bound) add(`edgewise_request_seconds_bucket{route="${route}",le="${bound}"}`);
  }
  add(`edgewise_request_seconds_bucket{route="${route}",le="+Inf"}`);
  add(`edgewise_request_seconds_sum{route="${route}"}`, seconds);
  add(`edgewise_request_seconds_count{route="${route}"}`);
}
