import { type Accessor, createSignal, onCleanup } from "solid-js";

const TICK_MS = 15_000;

/** The current time, updated often enough for "3 minutes ago" to stay true. */
export function createNow(tickMs = TICK_MS): Accessor<Date> {
  const [now, setNow] = createSignal(new Date());
  const timer = setInterval(() => setNow(new Date()), tickMs);
  onCleanup(() => clearInterval(timer));
  return now;
}
