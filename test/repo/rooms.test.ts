/** A room is a folder of files about one thing. Rooms of one house import each other in one direction (docs/design/rooms.md). */
import { describe, expect, it } from "vitest";
import { circlesOf, importGraph } from "./import-graph.ts";
import { sourceFiles, textOf } from "./source-files.ts";

const SERVICES = "workers/core/services";
const HOUSES = [
  SERVICES,
  "workers/core",
  "workers/api",
  "workers/recommend",
  "shared",
  "shared/engine/algorithms",
  "shared/engine/kernels",
  "cli",
  "web",
  "web/features",
];

type Graph = ReadonlyMap<string, readonly string[]>;

/** The folder of a house that a file is in; null for files outside of it and for its loose files. */
function roomOf(house: string, path: string): string | null {
  const [room = "", ...rest] = path.startsWith(`${house}/`) ? path.slice(house.length + 1).split("/") : [];
  return rest.length === 0 ? null : room;
}

/** The imports between different rooms. */
function crossings(house: string, graph: Graph) {
  return [...graph].flatMap(([file, targets]) =>
    targets.flatMap((target) => {
      const [from, to] = [roomOf(house, file), roomOf(house, target)];
      return from === null || to === null || from === to ? [] : [{ from, to, text: `${file} → ${target}` }];
    }),
  );
}

/** The imports that make circles of rooms, one for each pair: at least two. */
function circleImports(house: string, graph: Graph): string[] {
  const all = crossings(house, graph);
  const rooms = new Map<string, string[]>();
  for (const { from, to } of all) rooms.set(from, [...(rooms.get(from) ?? []), to]);
  return circlesOf(rooms).flatMap((circle) => {
    const inside = all.filter(({ from, to }) => circle.includes(from) && circle.includes(to));
    return [...new Map(inside.map(({ from, to, text }) => [`${from} → ${to}`, text])).values()];
  });
}

describe("rooms", () => {
  it.each(HOUSES)("of %s import each other in no circle", (house) => {
    expect(crossings(house, importGraph)).not.toEqual([]);
    expect(circleImports(house, importGraph)).toEqual([]);
  });

  it("in a circle are named by the imports that make it", () => {
    const graph = new Map([
      ["home/red/a.ts", ["home/blue/b.ts", "home/green/d.ts", "home/loose.ts"]],
      ["home/blue/c.ts", ["home/red/a.ts"]],
      ["home/loose.ts", ["home/red/a.ts"]],
    ]);
    expect(circleImports("home", graph)).toEqual([
      "home/red/a.ts → home/blue/b.ts",
      "home/blue/c.ts → home/red/a.ts",
    ]);
  });
});

describe("the services", () => {
  const order = [...textOf("docs/design/rooms.md").matchAll(/^\| `([a-z]+)` \|/gm)].map(([, room]) => room);

  it("have their rooms listed in docs/design/rooms.md, each once", () => {
    const rooms = sourceFiles(`${SERVICES}/*.ts`).map((path) => roomOf(SERVICES, path));
    expect([...order].sort()).toEqual([...new Set(rooms.filter((room) => room !== null))].sort());
  });

  it("import only from rooms that are listed above their own", () => {
    const upwards = crossings(SERVICES, importGraph)
      .filter(({ from, to }) => order.indexOf(to) > order.indexOf(from))
      .map(({ text }) => text);
    expect(upwards).toEqual([]);
  });
});
