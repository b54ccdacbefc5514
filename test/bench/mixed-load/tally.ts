/** What the callers of the mixed load saw: statuses, times, and answers that were older than their bound. */

export interface Call {
  readonly route: string;
  readonly status: number;
  /** Milliseconds since the start of the run. */
  readonly begunAt: number;
  readonly ms: number;
}

export class Tally {
  readonly calls: Call[] = [];
  /** First answers of the statuses that must not be. */
  readonly failures: string[] = [];
  readonly stale: string[] = [];
  /** Milliseconds from each change to the first answer that had it, by kind. */
  readonly delays = new Map<string, number[]>();
  /** Calls that could not be judged, by reason. */
  readonly notes = new Map<string, number>();

  add(call: Call, text: string): void {
    this.calls.push(call);
    if (call.status >= 500 || call.status === 0) {
      this.failures.push(
        `${call.route} ${call.status} at ${(call.begunAt / 1000).toFixed(1)} s: ${text.slice(0, 200)}`,
      );
    }
  }

  delay(kind: string, ms: number): void {
    this.delays.set(kind, [...(this.delays.get(kind) ?? []), ms]);
  }

  note(reason: string): void {
    this.notes.set(reason, (this.notes.get(reason) ?? 0) + 1);
  }

  /** @param changes When the model was changed, milliseconds since the start. */
  report(changes: readonly number[], seconds: number): void {
    const byRoute = groupBy(this.calls, ({ route }) => route);
    for (const [route, calls] of [...byRoute].sort()) {
      const statuses = [...groupBy(calls, ({ status }) => status)].sort(([a], [b]) => a - b);
      const counts = statuses.map(([status, found]) => `${status}: ${found.length}`).join(", ");
      console.log(`${route.padEnd(22)} ${counts.padEnd(34)} ${timesOf(calls)}`);
    }
    const isNearChange = ({ begunAt }: Call) => changes.some((at) => begunAt >= at && begunAt < at + 2000);
    const reads = this.calls.filter(({ route }) => route === "/v1/recommend");
    console.log(`recommend, in the 2 s after a change of the model: ${timesOf(reads.filter(isNearChange))}`);
    console.log(
      `recommend, at other times:                         ${timesOf(reads.filter((call) => !isNearChange(call)))}`,
    );
    for (const [kind, delays] of this.delays) {
      const sorted = delays.toSorted((a, b) => a - b);
      console.log(
        `${kind}: ${delays.length} times, median ${at(sorted, 0.5)} ms, longest ${at(sorted, 1)} ms`,
      );
    }
    for (const [reason, count] of this.notes) console.log(`${reason}: ${count}`);
    console.log(
      `${this.calls.length} calls in ${seconds.toFixed(0)} s, ${this.failures.length} of them 5xx or unanswered, ${this.stale.length} stale past their bound`,
    );
    for (const text of [...this.failures.slice(0, 10), ...this.stale.slice(0, 10)]) console.log(`  ${text}`);
  }
}

function timesOf(calls: readonly Call[]): string {
  const sorted = calls.map(({ ms }) => ms).sort((a, b) => a - b);
  return `${calls.length} calls, p50 ${at(sorted, 0.5)}, p99 ${at(sorted, 0.99)}, longest ${at(sorted, 1)} ms`;
}

const at = (sorted: readonly number[], share: number) =>
  (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);

export function groupBy<Value, Key>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
