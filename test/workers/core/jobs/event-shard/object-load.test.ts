import { expect, it } from "vitest";
import { ObjectLoad } from "#jobs/event-shard/object-load.ts";

/** Calls a second with `events` each, evenly over a time. Whether one of them was too much. */
function during(load: ObjectLoad, from: number, { seconds, calls, events }: Record<string, number>): boolean {
  let isTooMuch = false;
  const count = (calls ?? 0) * (seconds ?? 0);
  for (let n = 0; n <= count; n++) {
    if (load.note(events ?? 0, from + (n * 1000 * (seconds ?? 0)) / count)) isTooMuch = true;
  }
  return isTooMuch;
}

it("an object has too much to do after half a minute of too many calls", () => {
  expect(during(new ObjectLoad(10), 0, { seconds: 31, calls: 11 })).toBe(true);
  expect(during(new ObjectLoad(10), 0, { seconds: 29, calls: 100 })).toBe(false);
  expect(during(new ObjectLoad(10), 0, { seconds: 300, calls: 9 })).toBe(false);
});

it("events count as a part of a call each", () => {
  expect(during(new ObjectLoad(10), 0, { seconds: 31, calls: 3, events: 80 })).toBe(false);
  expect(during(new ObjectLoad(10), 0, { seconds: 31, calls: 3, events: 100 })).toBe(true);
});

it("a burst after a quiet night is no load", () => {
  const load = new ObjectLoad(10);
  load.note(0, 0);
  expect(during(load, 8 * 3_600_000, { seconds: 2, calls: 1000 })).toBe(false);
});
