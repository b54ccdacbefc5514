import { describe, expect, it } from "vitest";
import { armSamples } from "#engine/experiment/arm-samples.ts";
import { ExperimentTally, type TalliedEvent, type TallyPlan } from "#engine/experiment/experiment-tally.ts";
import { joinSums } from "#engine/experiment/join-sums.ts";
import { createRandom } from "#engine/random.ts";

const DAY = 86_400_000;
const FROM = 100 * DAY;
const plan = (changes: Partial<TallyPlan> = {}): TallyPlan => ({
  ...{ arms: 2, isInterleaved: false, periods: [FROM], to: FROM + 20 * DAY, before: 28 * DAY },
  ...{ within: DAY, withinRequest: 7 * DAY, converts: (type) => type === "click" },
  ...{ mostListsADay: 500, mostPeople: 100_000, mostLists: 100_000, ...changes },
});
/** Hashes spread over all persons by their number. */
const who = (person: number, of = 1_000) => `${Math.floor((person / of) * 2 ** 32).toString(36)}.0`;
const list = (
  person: string,
  arm: number,
  requestId: string,
  fields: Partial<TalliedEvent> = {},
): TalliedEvent => ({
  ...{ who: person, type: "impression", item: 1, time: FROM + 1, requestId, arm, ...fields },
});
const click = (person: string, fields: Partial<TalliedEvent> = {}): TalliedEvent => ({
  ...{ who: person, type: "click", item: 1, time: FROM + 2, ...fields },
});
const tallied = (events: readonly TalliedEvent[], changes: Partial<TallyPlan> = {}) => {
  const tally = new ExperimentTally(plan(changes));
  for (const event of events) tally.add(event);
  return tally;
};
const sumsOf = (events: readonly TalliedEvent[], changes: Partial<TallyPlan> = {}) => {
  const { periods, ...rest } = tallied(events, changes).finish();
  const [arms = []] = periods;
  return { ...rest, people: arms.map(({ conversion: { count, sum } }) => [count, sum]), arms };
};

describe("the tally of an experiment", () => {
  it("counts a person once, in the variant whose lists they saw", () => {
    const clicks = Array.from({ length: 1_000 }, (_, item) => click("a.1", { item, requestId: "r1" }));
    const { people, arms, mixed } = sumsOf([
      ...[list("a.1", 0, "r1"), ...clicks, list("b.1", 1, "r2"), list("c.1", 1, "r3")],
      ...[
        list("c.1", 1, "r4"),
        click("c.1", { requestId: "r3", value: 5 }),
        click("c.1", { requestId: "r3", value: 5 }),
      ],
      ...[list("d.1", 0, "r5"), list("d.1", 1, "r6")],
    ]);
    expect(people).toEqual([
      [1, 1],
      [2, 1],
    ]);
    // The same click twice is one, and of two lists one has a conversion.
    expect([arms[1]?.revenue.sum, arms[1]?.perList.sum, arms[1]?.perList.other]).toEqual([5, 1, 3]);
    expect(mixed).toBe(1);
  });

  it("counts a click that is stored before its list for that list, also where the log is read in parts", () => {
    const events = [
      ...[
        list("a.1", 0, "r1"),
        click("a.1", { requestId: "r2" }),
        list("a.1", 0, "r2", { time: FROM + 900 }),
      ],
      ...[click("b.1", { requestId: "r3", value: 4 }), list("b.1", 1, "r3", { time: FROM + 900 })],
    ];
    for (let cut = 0; cut <= events.length; cut++) {
      const first = tallied(events.slice(0, cut));
      const tally = new ExperimentTally(plan(), JSON.parse(JSON.stringify(first.toStored(FROM + 5))));
      for (const event of events.slice(cut)) tally.add(event);
      const [arms = []] = tally.finish().periods;
      expect(arms.map(({ perList: { sum, other } }) => [sum, other])).toEqual([
        [1, 2],
        [1, 1],
      ]);
      expect(arms[1]?.revenue.sum).toBe(4);
    }
  });

  it("counts a click whose list never comes for the list before it, a minute later or in the end", () => {
    const early = [list("a.1", 0, "r1"), click("a.1", { requestId: "elsewhere" })];
    expect(sumsOf(early).people[0]).toEqual([1, 1]);
    const late = [...early, list("a.1", 0, "r4", { time: FROM + 120_000 })];
    expect(sumsOf(late).arms[0]?.perList).toMatchObject({ sum: 1, other: 2 });
    expect(sumsOf([click("a.1", { requestId: "elsewhere" })]).people[0]).toEqual([0, 0]);
  });

  it("sees who has lists of two variants also where all requests have one id", () => {
    expect(sumsOf([list("a.1", 0, "same"), list("a.1", 1, "same")])).toMatchObject({ mixed: 1 });
  });

  it("gives a click to the list that it names for a week, else to the last list for a day", () => {
    const clicked = (days: number, fields: Partial<TalliedEvent> = {}) =>
      sumsOf([list("a.1", 0, "r1"), click("a.1", { time: FROM + days * DAY, ...fields })]).people[0];
    const named = { requestId: "r1" };
    expect([clicked(6, named), clicked(8, named)]).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect([clicked(0.5), clicked(2), clicked(0.5, { requestId: "of another" })]).toEqual([
      [1, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(sumsOf([click("a.1"), list("a.1", 0, "r1")]).people[0]).toEqual([1, 0]);
  });

  it("leaves out who is no person, and who is two users", () => {
    const robot = Array.from({ length: 20 }, (_, at) => list("a.1", 0, `r${at}`));
    const events = [...robot, list("b.1", 0, "x"), list("c.1", 1, "y")];
    const tally = tallied(events, { mostListsADay: 10, to: FROM + DAY });
    const { robots, merged, periods } = tally.finish(1, new Set(["c.1"]));
    expect([robots, merged, periods[0]?.map(({ conversion }) => conversion.count)]).toEqual([1, 1, [1, 0]]);
  });

  it("says what lists were like", () => {
    const { lists } = sumsOf([
      ...[list("a.1", 0, "r1", { ms: 10 }), list("a.1", 0, "r1", { item: 2 ** 31 })],
      list("b.1", 0, "r2", { type: "empty_list", ms: 100 }),
    ]);
    const [of] = lists;
    expect([of?.lists, of?.empty, of?.items.estimate()]).toEqual([2, 1, 2]);
    // To a tenth.
    expect(of?.times.quantile(0.95)).toBeGreaterThanOrEqual(100);
    expect(of?.times.quantile(0.95)).toBeLessThan(111);
  });

  it("credits the slot that picked the item, and weighs each person as one", () => {
    const drafted = (person: string) => [
      ...[
        list(person, 0, "r", { item: 1 }),
        list(person, 1, "r", { item: 2 }),
        list(person, 1, "r", { item: 3 }),
      ],
    ];
    const fan = [2, 3].map((item) => click("a.1", { item, requestId: "r" }));
    const again = Array.from({ length: 50 }, () => click("a.1", { item: 2, requestId: "r" }));
    const { preference, credits, mixed, lists } = sumsOf(
      [...drafted("a.1"), ...fan, ...again, ...drafted("b.1"), click("b.1", { item: 1, requestId: "r" })],
      { isInterleaved: true },
    );
    expect([credits, preference.count, preference.sum, mixed]).toEqual([[1, 2], 2, 0, 0]);
    // A list is one of both slots.
    expect(lists.map((of) => of.lists)).toEqual([2, 2]);
    // A click on what the list did not show is nobody's.
    const other = sumsOf([...drafted("a.1"), click("a.1", { item: 9, requestId: "r" })], {
      isInterleaved: true,
    });
    expect([other.credits, other.preference.count]).toEqual([[0, 0], 0]);
  });

  it("gives the same sums whether it reads all at once, or is kept in between", () => {
    const random = createRandom(3);
    const events: TalliedEvent[] = [];
    for (let at = 0; at < 4_000; at++) {
      const person = random.below(300);
      const time = FROM - 2 * DAY + at * 80_000;
      const requestId = `r${Math.floor(at / 7)}`;
      if (random.next() < 0.5)
        events.push(list(who(person), person % 2, requestId, { time, item: random.below(50), ms: 3 }));
      else
        events.push(click(who(person), { time, item: random.below(50), value: random.below(9), requestId }));
    }
    const periods = [FROM, FROM + 0.5 * DAY];
    const whole = tallied(events, { periods }).finish();
    let tally = new ExperimentTally(plan({ periods }));
    for (const [at, event] of events.entries()) {
      if (at % 500 === 499) {
        tally = new ExperimentTally(
          plan({ periods }),
          JSON.parse(JSON.stringify(tally.toStored(event.time))),
        );
      }
      tally.add(event);
    }
    expect(tally.finish()).toEqual(whole);
    expect(whole.periods.flat().every(({ conversion }) => conversion.count > 50)).toBe(true);
  });

  it("samples people by their hash when they are too many, the same whatever their order", () => {
    const people = Array.from({ length: 1_000 }, (_, person) => list(who(person), person % 2, "r"));
    const [forward, backward] = [people, people.toReversed()].map((events) =>
      tallied(events, { mostPeople: 300 }),
    );
    expect(forward?.rate).toBe(0.25);
    expect(forward?.finish().periods).toEqual(backward?.finish().periods);
    expect(forward?.finish().periods[0]?.map(({ conversion }) => conversion.count)).toEqual([125, 125]);
    // Another shard had to sample more.
    expect(forward?.finish(0.125).periods[0]?.map(({ conversion }) => conversion.count)).toEqual([63, 62]);
  });

  it("keeps its memory bounded whatever a client sends", () => {
    const many = Array.from({ length: 5_000 }, (_, at) => at);
    // A person who clicks on five thousand items of one list.
    const clicks = many.map((item) => click("a.1", { item, requestId: "r" }));
    const [kept] = tallied([list("a.1", 0, "r"), ...clicks]).toStored(FROM).people;
    expect(kept?.[5][0]?.[5].length).toBe(1_000);
    // A robot with five thousand lists.
    const robot = tallied(many.map((at) => list("a.1", 0, `r${at}`))).toStored(FROM);
    expect(robot.people[0]?.[5].length).toBeLessThanOrEqual(501);
    // A thousand people with five lists each.
    const crowd = many.map((at) => list(who(at % 1_000), 0, `r${at}`));
    const sampled = tallied(crowd, { mostLists: 2_000 });
    const lists = sampled.toStored(FROM).people.reduce((sum, person) => sum + person[5].length, 0);
    expect([sampled.rate, lists]).toEqual([0.25, 1_250]);
    const again = new ExperimentTally(plan({ mostLists: 2_000 }), sampled.toStored(FROM));
    for (const event of crowd) again.add({ ...event, requestId: `${event.requestId} later` });
    expect(again.rate).toBe(0.125);
  });

  it("is joined with tallies of other people", () => {
    const events = Array.from({ length: 200 }, (_, person) => [
      list(who(person), person % 2, "r", { item: person, ms: person }),
      ...(person % 3 === 0 ? [click(who(person), { requestId: "r", item: person })] : []),
    ]);
    const halves = [events.slice(0, 100), events.slice(100)].map((half) => tallied(half.flat()).finish());
    const [joined, whole] = [joinSums(halves, plan()), tallied(events.flat()).finish()];
    const figures = ({ periods, lists }: typeof joined) => [
      periods,
      lists.map(({ items, times, lists: count }) => [items.estimate(), times.quantile(0.5), count]),
    ];
    expect(figures(joined)).toEqual(figures(whole));
  });
});

describe("samples of variants over periods", () => {
  it("do not prefer the variant whose share grew in a good week", () => {
    // Both variants convert 10 % in the first week and 50 % in the second, in which the second variant has nine times the people.
    const week = (period: number, share: number, people: readonly number[]) =>
      people.flatMap((count, arm) =>
        Array.from({ length: count }, (_, person) => {
          const name = `${person.toString(36)}.${period}${arm}`;
          const time = FROM + period * 7 * DAY + 1;
          const did = person < count * share ? [click(name, { time: time + 1, requestId: "r" })] : [];
          return [list(name, arm, "r", { time }), ...did];
        }).flat(),
      );
    const events = [...week(0, 0.1, [500, 500]), ...week(1, 0.5, [100, 900])];
    const periods = [FROM, FROM + 7 * DAY];
    const means = (changes: Partial<TallyPlan>) =>
      armSamples(tallied(events, changes).finish(), "conversion").map(({ mean }) => Number(mean.toFixed(6)));
    expect(means({ periods })).toEqual([0.3, 0.3]);
    // In one heap the second variant looks more than twice as good.
    expect(means({})).toEqual([0.166667, 0.357143]);
  });
});
