import { describe, expect, it } from "vitest";
import { type ReplayEvent, ReplayLog, type ReplayPlan } from "#engine/experiment/replay/replay-log.ts";

const DAY_MS = 86_400_000;
const plan: ReplayPlan = {
  ...{ from: 100, to: 10 * DAY_MS, within: DAY_MS, mostKept: 1_000, mostListsADay: 5 },
  rewards: (type) => type === "click",
  tells: (type) => type !== "heartbeat",
};

const whoOf = (person: number) => `${((person * 2_654_435_761) >>> 0).toString(36)}.${person.toString(36)}`;
const event = (person: number, fields: Partial<ReplayEvent>): ReplayEvent => ({
  ...{ who: whoOf(person), userId: `u${person}`, type: "click", itemId: "a", time: 200 },
  ...fields,
});
const seen = (
  person: number,
  requestId: string,
  itemId: string,
  place: number,
  probability: number | null = 0.5,
) => event(person, { type: "impression", requestId, itemId, shown: { place, probability } });

function logOf(events: readonly ReplayEvent[], changes: Partial<ReplayPlan> = {}) {
  const log = new ReplayLog({ ...plan, ...changes });
  for (const one of events) log.add(one);
  return log;
}

const takenOf = (log: ReplayLog) =>
  log
    .people()
    .flatMap(({ lists }) =>
      [...lists.values()].map(({ places }) => places.map(({ isTaken }) => Number(isTaken)).join("")),
    );

describe("the log of a replay", () => {
  it("joins what was taken with its list, once", () => {
    const click = event(1, { requestId: "r", itemId: "b", time: 300 });
    const log = logOf([
      seen(1, "r", "a", 0),
      seen(1, "r", "b", 1),
      click,
      click,
      event(1, { requestId: "other" }),
    ]);
    expect(takenOf(log)).toEqual(["01"]);
  });

  it("joins what was stored before its list", () => {
    const click = event(1, { requestId: "r", itemId: "b", time: 190 });
    expect(takenOf(logOf([click, seen(1, "r", "a", 0), seen(1, "r", "b", 1)]))).toEqual(["01"]);
  });

  it("leaves out events that come too late, say nothing, or are of nobody's list", () => {
    const late = event(1, { requestId: "r", itemId: "b", time: 200 + 2 * DAY_MS });
    const silent = event(1, { requestId: "r", itemId: "a", type: "heartbeat" });
    expect(takenOf(logOf([seen(1, "r", "a", 0), seen(1, "r", "b", 1), late, silent]))).toEqual(["00"]);
  });

  it("counts lists without a probability, and takes an impossible one as unknown", () => {
    const log = logOf([
      ...[seen(1, "r", "a", 0, null), seen(1, "r", "b", 1, null), seen(2, "s", "a", 0, 0)],
      ...[seen(2, "s", "b", 1, 7), seen(2, "s", "c", 2, -1), seen(2, "s", "d", 3, Number.NaN)],
    ]);
    const [person] = log.people();
    expect([...(person?.lists.values() ?? [])][0]?.places.map(({ probability }) => probability)).toEqual([
      0, 0, 0, 0,
    ]);
    expect(log.leftOut).toEqual({ unknown: 1, mixed: 0, robots: 0 });
  });

  it("leaves out requests with one id, and takes a list that was stored twice as one", () => {
    const log = logOf([
      ...[seen(1, "r", "a", 0), seen(1, "r", "z", 0), seen(2, "s", "a", 0), seen(2, "s", "a", 0)],
    ]);
    expect(takenOf(log)).toEqual(["0"]);
    expect(log.leftOut.mixed).toBe(1);
  });

  it("leaves out robots, and lists of another time", () => {
    const many = Array.from({ length: 6 }, (_, at) => seen(1, `r${at}`, "a", 0));
    const early = { ...seen(2, "s", "a", 0), time: 99 };
    const log = logOf([...many, early, seen(3, "t", "a", 0)]);
    expect(log.people().map(({ userId }) => userId)).toEqual(["u3"]);
    expect(log.leftOut.robots).toBe(1);
  });

  it("keeps a part of the people when they are too many", () => {
    const events = Array.from({ length: 2_000 }, (_, person) => [
      seen(person, "r", "a", 0),
      event(person, { requestId: "r", time: 300 }),
    ]).flat();
    const log = logOf(events, { mostKept: 500 });
    const kept = log.people();
    expect(log.rate).toBeLessThanOrEqual(1 / 8);
    expect(kept.length).toBeGreaterThan(50);
    expect(kept.length * 4).toBeLessThanOrEqual(500);
    expect(takenOf(log).every((text) => text === "1")).toBe(true);
  });
});
