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

it("an object has too much to do once it has had too many calls within half a minute", () => {
  expect(during(new ObjectLoad(10), 0, { seconds: 29, calls: 11 })).toBe(true);
  expect(during(new ObjectLoad(10), 0, { seconds: 300, calls: 9 })).toBe(false);
  expect(during(new ObjectLoad(10), 0, { seconds: 2, calls: 149 })).toBe(false);
  expect(during(new ObjectLoad(10), 0, { seconds: 2, calls: 151 })).toBe(true);
});

it("events count as a part of a call each", () => {
  expect(during(new ObjectLoad(10), 0, { seconds: 29, calls: 3, events: 80 })).toBe(false);
  expect(during(new ObjectLoad(10), 0, { seconds: 29, calls: 3, events: 120 })).toBe(true);
});

it("an object begins to count again when it has given shards away", () => {
  const load = new ObjectLoad(10);
  const answers = Array.from({ length: 700 }, (_, n) => load.note(0, n));
  expect(answers.flatMap((isTooMuch, n) => (isTooMuch ? [n] : []))).toEqual([300, 601]);
});
