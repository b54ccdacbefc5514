/** Load on a server: as much as it takes, or at a fixed rate. */
import { openCaller } from "./http-caller.ts";

export interface Load {
  readonly port: number;
  readonly callers: number;
  readonly seconds: number;
  /** The bytes of request n. */
  readonly requestAt: (n: number) => Buffer;
}

export interface Measured {
  readonly perSecond: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** Callers that each ask again as soon as they are answered. */
export async function closedLoop({ port, callers, seconds, requestAt }: Load): Promise<Measured> {
  const times: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + 1000 * seconds;
  await withCallers(port, callers, async (ask, caller) => {
    for (let n = caller; performance.now() < endsAt; n += callers) {
      const askedAt = performance.now();
      await ask(requestAt(n));
      times.push(performance.now() - askedAt);
    }
  });
  return summaryOf(times, performance.now() - startedAt);
}

/**
 * Requests due at a fixed rate. A time counts from when the request was due, not from when a caller was free to send it
 * (coordinated omission). A slow answer makes the requests behind it late, as it would for people.
 */
export async function openLoop({ port, callers, seconds, requestAt }: Load, rate: number): Promise<Measured> {
  const times: number[] = [];
  const startedAt = performance.now();
  const total = Math.floor(rate * seconds);
  let next = 0;
  await withCallers(port, callers, async (ask) => {
    while (next < total) {
      const n = next++;
      const dueAt = startedAt + (1000 * n) / rate;
      while (performance.now() < dueAt) await turn();
      await ask(requestAt(n));
      times.push(performance.now() - dueAt);
    }
  });
  return summaryOf(times, performance.now() - startedAt);
}

type Ask = (request: Buffer) => Promise<void>;

async function withCallers(
  port: number,
  count: number,
  run: (ask: Ask, caller: number) => Promise<void>,
): Promise<void> {
  const callers = await Promise.all(Array.from({ length: count }, () => openCaller(port)));
  const work = callers.map((caller, at) =>
    run(async (request) => {
      const { status, body } = await caller.send(request);
      if (status !== 200) throw new Error(`Status ${status}: ${body.slice(0, 200)}`);
    }, at),
  );
  await Promise.all(work);
  for (const caller of callers) caller.close();
}

/** A timer is only exact to a millisecond; this comes back after the next input and output. */
function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

function summaryOf(times: number[], tookMs: number): Measured {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { perSecond: (1000 * sorted.length) / tookMs, count: sorted.length, p50: at(0.5), p99: at(0.99) };
}
