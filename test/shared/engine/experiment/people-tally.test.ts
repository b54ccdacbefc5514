import { describe, expect, it } from "vitest";
import {
  MAX_TALLIED_PEOPLE,
  PeopleTally,
  type TallyRules,
  type TestEvent,
} from "#engine/experiment/people-tally.ts";

const HOUR = 3_600_000;
const RULES: TallyRules = {
  slots: [1, 2],
  from: 1000 * HOUR,
  to: 1024 * HOUR,
  before: 100 * HOUR,
  within: HOUR,
  converts: (type) => type === "click",
  mostListsADay: 20,
};

/** At an hour after the start of the test. */
const event = (userId: string, type: string, hour: number, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ userId, type, itemId: "i", time: RULES.from + hour * HOUR },
  ...more,
});
const seen = (userId: string, hour: number, slotId: number, requestId?: string) =>
  event(userId, "impression", hour, { slotId, ...(requestId && { requestId }) });

function tally(events: readonly TestEvent[], rules: Partial<TallyRules> = {}) {
  const people = new PeopleTally({ ...RULES, ...rules });
  for (const each of events) people.add(each);
  return people.finish();
}
const conversions = (events: readonly TestEvent[]) =>
  tally(events).variants.map(({ conversion }) => [conversion.sum, conversion.count]);

describe("a person", () => {
  it("counts once, with a thousand clicks", () => {
    const clicks = Array.from({ length: 1000 }, (_, at) =>
      event("ann", "click", 1, { requestId: "a", itemId: `${at}` }),
    );
    const { variants } = tally([seen("ann", 0, 1, "a"), ...clicks, seen("bob", 0, 1, "b")]);
    expect(variants[0]).toMatchObject({
      conversion: { count: 2, sum: 1 },
      perList: { count: 2, sum: 1, other: 2 },
    });
  });

  it("counts a click that is stored before its list for that list", () => {
    const click = event("ann", "click", 1, { requestId: "b", value: 3 });
    const late = seen("ann", 1, 1, "b");
    for (const before of [[seen("ann", 0, 1, "a")], []]) {
      const [variant] = tally([...before, click, late]).variants;
      expect(variant).toMatchObject({ perList: { other: before.length + 1, sum: 1 }, revenue: { sum: 3 } });
    }
    // Without its list it counts for the one before, as it is soon after it.
    expect(conversions([seen("ann", 0, 1, "a"), click])[0]).toEqual([1, 1]);
    expect(conversions([click])[0]).toEqual([0, 0]);
  });

  it("sees a list of ten items once", () => {
    const items = Array.from({ length: 10 }, () => seen("ann", 0, 2, "a"));
    expect(tally(items).variants[1]?.perList).toMatchObject({ count: 1, other: 1, sum: 0 });
  });

  it("who saw lists of both variants is in none", () => {
    const events = [
      seen("ann", 0, 1, "a"),
      seen("ann", 1, 2, "b"),
      event("ann", "click", 1, { requestId: "b" }),
    ];
    expect(tally(events)).toMatchObject({ mixed: 1 });
    expect(conversions(events)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("with too many lists is no person", () => {
    const lists = Array.from({ length: 21 }, (_, at) => seen("robot", at / 10, 1, `${at}`));
    expect(tally(lists)).toMatchObject({ robots: 1, mixed: 0 });
    expect(tally(lists.slice(1))).toMatchObject({ robots: 0 });
  });

  it("who saw no list of the test is in no variant", () => {
    expect(conversions([event("ann", "click", 1), seen("ann", 0, 7, "x")])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("a conversion", () => {
  it("belongs to the list of its request, however late", () => {
    expect(conversions([seen("ann", 0, 1, "a"), event("ann", "click", 20, { requestId: "a" })])).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  it("without a request belongs to the last list, for a while", () => {
    const soon = [seen("ann", 0, 1, "a"), event("ann", "click", 0.9)];
    const late = [seen("ann", 0, 1, "a"), event("ann", "click", 1.1)];
    expect([conversions(soon)[0], conversions(late)[0]]).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });

  it("before any list, outside of the test, or of another type is none", () => {
    const none = [
      event("ann", "click", 0, { requestId: "a" }),
      seen("ann", 1, 1, "a"),
      event("ann", "view", 1, { requestId: "a" }),
      event("ann", "click", 24.1, { requestId: "a" }),
    ];
    expect(conversions(none)).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it("that is repeated counts once, with its value", () => {
    const buy = event("ann", "click", 0.5, { requestId: "a", value: 5 });
    const other = { ...buy, itemId: "j", value: 2 };
    expect(tally([seen("ann", 0, 2, "a"), buy, buy, other]).variants[1]?.revenue.sum).toBe(7);
  });

  it("before the test says how active a person was", () => {
    const events = [event("ann", "click", -5), event("ann", "click", -101), seen("ann", 0, 1, "a")];
    expect(tally(events).variants[0]?.conversion).toMatchObject({ count: 1, sum: 0, other: 1 });
  });
});

it("lists without a request count each", () => {
  const events = [seen("ann", 0, 1), seen("ann", 0.1, 1), event("ann", "click", 0.2, { slotId: 1 })];
  expect(tally(events).variants[0]?.perList).toMatchObject({ sum: 1, other: 2 });
});

it("says that there are too many people", () => {
  const people = new PeopleTally(RULES);
  for (let at = 0; at < MAX_TALLIED_PEOPLE; at++) people.add(seen(`${at}`, 0, 1, "a"));
  expect(() => people.add(seen("one more", 0, 1, "a"))).toThrow(`more than ${MAX_TALLIED_PEOPLE} people`);
});
