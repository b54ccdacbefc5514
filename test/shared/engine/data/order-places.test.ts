import { describe, expect, it } from "vitest";
import { buildDataset } from "#engine/data/build/build-dataset.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { datasetOf, datasetSections, isNeededForDataset } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder, type SessionSettings } from "#engine/data/dataset-builder.ts";
import {
  type DatasetSequences,
  keepPlaces,
  sessionSequences,
  userSequences,
} from "#engine/data/dataset-sequences.ts";
import { withMinimumInteractions } from "#engine/data/prepare.ts";
import { rowCountOf } from "#engine/data/sequences.ts";
import { createRandom, shuffleInPlace } from "#engine/random.ts";

type Row = readonly [
  user: string,
  item: string,
  minute: number,
  session?: string | undefined,
  weight?: number,
];
const MINUTE = 60_000;
const breathe = async () => {};

async function built(rows: readonly Row[], sessions: Partial<SessionSettings> = {}): Promise<Dataset> {
  const hasIds = rows.some(([, , , session]) => session !== undefined);
  const builder = new DatasetBuilder({
    hasTimes: true,
    sessions: { gapMs: 30 * MINUTE, hasIds, ...sessions },
  });
  for (const [user, item, minute, session, weight = 1] of rows)
    builder.add(user, item, weight, minute * MINUTE, session ?? "");
  return (await builder.finish(breathe)).dataset;
}

const sequencesIn = ({ sequences }: Dataset): DatasetSequences => {
  if (!sequences) throw new Error("The dataset has no sequences.");
  return sequences;
};

/** For each session its user and items, in the order of numbers. */
function shown(dataset: Dataset): string[] {
  const { offsets, items, sessions, sessionCount } = sequencesIn(dataset);
  const texts = new Array<string>(sessionCount).fill("");
  for (let user = 0; user < dataset.users.size; user++) {
    for (let place = offsets[user] as number; place < (offsets[user + 1] as number); place++) {
      const session = sessions[place] as number;
      texts[session] ||= `${dataset.users.idAt(user)}:`;
      texts[session] += ` ${dataset.items.idAt(items[place] as number)}`;
    }
  }
  return texts;
}

describe("sequences of a dataset", () => {
  it("keep repeats and the order, and end a session before a pause longer than the gap", async () => {
    const dataset = await built([
      ["ann", "b", 0],
      ["ann", "a", 10],
      ["ann", "b", 40],
      ["ann", "c", 71],
      ["bob", "a", 5],
    ]);
    expect(shown(dataset)).toEqual(["ann: b a b", "bob: a", "ann: c"]);
    expect(dataset.userItems.indices.length).toBe(4);
  });

  it("order items of one time by their ids, whatever the order of the rows", async () => {
    const rows: Row[] = [
      ["ann", "c", 1],
      ["ann", "a", 1],
      ["ann", "b", 1],
      ["ann", "b", 0],
    ];
    for (const seed of [1, 2, 3]) {
      const mixed = [...rows];
      shuffleInPlace(mixed, createRandom(seed));
      expect(shown(await built(mixed))).toEqual(["ann: b a b c"]);
    }
  });

  it("follow session ids where there are some, also where sessions of one person overlap", async () => {
    const dataset = await built([
      ["ann", "a", 0, "tab1"],
      ["ann", "b", 1, "tab2"],
      ["ann", "c", 500, "tab1"],
      ["ann", "d", 501],
      ["ann", "e", 502],
    ]);
    expect(shown(dataset)).toEqual(["ann: a c", "ann: b", "ann: d e"]);
  });

  it("never join two people who send the same session id", async () => {
    const dataset = await built([
      ["ann", "a", 0, "s"],
      ["bob", "b", 1, "s"],
      ["ann", "c", 2, "s"],
    ]);
    expect(shown(dataset)).toEqual(["ann: a c", "bob: b"]);
  });

  it("leave out dislikes and rows without a time", async () => {
    const dataset = await built([
      ["ann", "a", 0],
      ["ann", "b", 1, undefined, -1],
      ["ann", "c", Number.NaN],
      ["ann", "d", 2],
      ["ann", "d", 3, undefined, -5],
    ]);
    expect(shown(dataset)).toEqual(["ann: a"]);
    expect(dataset.userItems.indices.length).toBe(2);
  });

  it("keep the order of times that seconds cannot tell: before 1970, after 2106, within a second", async () => {
    const dataset = await built(
      [
        ["ann", "d", 9e8],
        ["ann", "c", 8e8],
        ["ann", "b", -10],
        ["ann", "a", -10 + 1 / 120_000],
      ],
      { gapMs: Number.POSITIVE_INFINITY },
    );
    expect(shown(dataset)).toEqual(["ann: b a c d"]);
    const { ages } = userSequences(sequencesIn(dataset), Date.UTC(2026, 0));
    expect(ages?.every((age) => age >= 0 && Number.isFinite(age))).toBe(true);
    expect(ages?.at(-1)).toBe(0);
  });

  it("hold a session of 10,000 interactions, and people with one", async () => {
    const rows: Row[] = Array.from({ length: 10_000 }, (_, at) => ["ann", `i${at % 97}`, at * 0.01]);
    const dataset = await built([...rows, ["bob", "i1", 3]]);
    expect(sequencesIn(dataset).sessionCount).toBe(2);
    const rowsOfSessions = sessionSequences(sequencesIn(dataset), 1e15);
    expect([...(rowsOfSessions?.offsets ?? [])]).toEqual([0, 10_000, 10_001]);
  });

  it("agree with a plain computation on random rows", async () => {
    const random = createRandom(4);
    const draw = (count: number) => random.below(count);
    const rows: Row[] = Array.from({ length: 3_000 }, () => [
      ...([`u${draw(40)}`, `i${draw(25)}`, draw(2_000)] as const),
      draw(3) === 0 ? `s${draw(6)}` : "",
    ]);
    const dataset = await built(rows, { hasIds: true });
    expect(shown(dataset).sort()).toEqual(plainSessions(rows).sort());
    const starts = sessionStarts(sequencesIn(dataset));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it("are the same after they were stored, and left out where nobody asks", async () => {
    const dataset = await built([
      ["ann", "b", 0],
      ["ann", "a", 10],
      ["bob", "b", 100],
      ["ann", "b", 400],
    ]);
    const sections = datasetSections(dataset);
    expect(datasetOf(sections).sequences).toEqual(dataset.sequences);
    const few = sections.filter(({ name }) => isNeededForDataset(name, false));
    expect(datasetOf(few).sequences).toBeUndefined();
  });

  it.each([
    ["offsets of other users", "dataset.sequences/offsets", Uint32Array.of(0, 2)],
    ["items that are not there", "dataset.sequences/items", Uint32Array.of(0, 7)],
    ["sessions that are not there", "dataset.sequences/sessions", Uint32Array.of(0, 9)],
    ["too few times", "dataset.sequences/seconds", Uint32Array.of(0)],
  ])("are refused with %s", async (_, name, data) => {
    const sections = datasetSections(
      await built([
        ["ann", "b", 0, undefined],
        ["bob", "a", 1],
      ]),
    );
    const damaged = sections.map((section) => (section.name === name ? { name, data } : section));
    expect(() => datasetOf(damaged)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  });

  it("lose what a k-core leaves out", async () => {
    const dataset = await built([
      ["ann", "a", 0],
      ["ann", "b", 1],
      ["ann", "rare", 2],
      ["bob", "a", 3],
      ["bob", "b", 4],
      ["eve", "a", 5],
    ]);
    const core = withMinimumInteractions(dataset, { perUser: 2, perItem: 2 });
    expect(shown(core)).toEqual(["ann: a b", "bob: a b"]);
  });

  it("number sessions again without the empty ones", async () => {
    const dataset = await built([
      ["ann", "a", 0],
      ["ann", "b", 100],
      ["ann", "c", 200],
    ]);
    const { items, sessions, sessionCount } = keepPlaces(sequencesIn(dataset), (place) => place !== 1);
    expect({ items: [...items], sessions: [...sessions], sessionCount }).toEqual({
      ...{ items: [0, 2], sessions: [0, 1], sessionCount: 2 },
    });
  });

  it("give rows of sessions, and none where most places stand alone", async () => {
    const together = await built([
      ["ann", "a", 0],
      ["bob", "c", 1],
      ["ann", "b", 2],
    ]);
    const rows = sessionSequences(sequencesIn(together), 3 * MINUTE);
    expect(rows).toMatchObject({ areRowsInOrder: true });
    expect([...(rows?.offsets ?? [])]).toEqual([0, 2, 3]);
    const alone = await built([
      ["ann", "a", 0],
      ["ann", "b", 1_000],
      ["bob", "b", 1_000],
      ["bob", "a", 1_001],
      ["eve", "a", 0],
    ]);
    expect(sessionSequences(sequencesIn(alone), 0)).toBeNull();
    expect(rowCountOf(userSequences(sequencesIn(alone), 0))).toBe(3);
  });

  it("come from a file with a session column, and are absent without times", async () => {
    const text = "who,what,when,visit\nann,a,2026-01-01T00:00:00Z,1\nann,b,2026-01-01T09:00:00Z,1\n";
    const read = (time: string | null) =>
      buildDataset(
        { name: "a.csv", bytes: blocksOf(text) },
        {
          ...{ breathe, keepsSequences: true, gunzip: (bytes) => bytes },
          columns: { user: "who", item: "what", time, session: { column: "visit" } },
        },
      );
    const { dataset, report } = await read("when");
    expect([shown(dataset), report.sessions, report.columns.session]).toEqual([["ann: a b"], 1, "visit"]);
    expect((await read(null)).dataset.sequences).toBeUndefined();
  });
});

async function* blocksOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

function plainSessions(rows: readonly Row[]): string[] {
  const texts: string[] = [];
  const itemNumber = (item: string) => Number(item.slice(1));
  for (const user of new Set(rows.map(([id]) => id))) {
    const own = rows.filter(([id]) => id === user);
    own.sort((a, b) => a[2] - b[2] || itemNumber(a[1]) - itemNumber(b[1]));
    const open = new Map<string, { text: string; last: number }>();
    for (const [, item, minute, id = ""] of own) {
      const before = open.get(id);
      const goesOn = before && (id !== "" || minute - before.last <= 30);
      if (before && !goesOn) texts.push(before.text);
      open.set(id, { text: goesOn ? `${before.text} ${item}` : `${user}: ${item}`, last: minute });
    }
    for (const { text } of open.values()) texts.push(text);
  }
  return texts;
}

function sessionStarts({ seconds, sessions, sessionCount }: DatasetSequences): number[] {
  const starts = new Array<number>(sessionCount).fill(Number.POSITIVE_INFINITY);
  for (const [place, session] of sessions.entries())
    starts[session] = Math.min(starts[session] as number, seconds[place] as number);
  return starts;
}
