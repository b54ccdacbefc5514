/** A room is a folder of files about one thing. Rooms import each other in one direction (docs/design/rooms.md). */
import { describe, expect, it } from "vitest";
import { circlesOf, importGraph } from "./import-graph.ts";
import { textOf } from "./source-files.ts";

/** Houses whose rooms the document lists in order. */
const ORDERED = ["shared/engine", "workers/core/services"];

/** Houses whose rooms, with all the folders in them, import each other in no circle. */
const HOUSES = [
  ...ORDERED,
  "workers/core",
  "workers/api",
  "workers/recommend",
  "workers/trainer",
  "shared",
  "shared/engine/algorithms",
  "shared/engine/kernels",
  "shared/engine/tune",
  "cli",
  "web",
  "web/features",
];

type Graph = ReadonlyMap<string, readonly string[]>;
/** Null for files that are in no room. */
type RoomOf = (path: string) => string | null;

/** The folder of a file, as the document names it; `.` for the house itself. */
const folderIn =
  (house: string): RoomOf =>
  (path) =>
    path.startsWith(`${house}/`) ? path.slice(house.length + 1, path.lastIndexOf("/")) || "." : null;

/** The first folder of a house that a file is in, at any depth; the house's own files are in no room. */
const roomIn =
  (house: string): RoomOf =>
  (path) => {
    const [room = "", ...rest] = path.startsWith(`${house}/`) ? path.slice(house.length + 1).split("/") : [];
    return rest.length === 0 ? null : room;
  };

/** The imports between different rooms. */
function crossings(roomOf: RoomOf, graph: Graph) {
  return [...graph].flatMap(([file, targets]) =>
    targets.flatMap((target) => {
      const [from, to] = [roomOf(file), roomOf(target)];
      return from === null || to === null || from === to ? [] : [{ from, to, text: `${file} → ${target}` }];
    }),
  );
}

/** The imports that make circles of rooms, one for each pair: at least two. */
function circleImports(roomOf: RoomOf, graph: Graph): string[] {
  const all = crossings(roomOf, graph);
  const rooms = new Map<string, string[]>();
  for (const { from, to } of all) rooms.set(from, [...(rooms.get(from) ?? []), to]);
  return circlesOf(rooms).flatMap((circle) => {
    const inside = all.filter(({ from, to }) => circle.includes(from) && circle.includes(to));
    return [...new Map(inside.map(({ from, to, text }) => [`${from} → ${to}`, text])).values()];
  });
}

/** The imports from rooms that are listed below their own. */
function upwardImports(order: readonly string[], roomOf: RoomOf, graph: Graph): string[] {
  return crossings(roomOf, graph)
    .filter(({ from, to }) => order.indexOf(to) > order.indexOf(from))
    .map(({ text }) => text);
}

/** The rooms of a house in the order of its table. */
function orderOf(house: string): string[] {
  const [, section = ""] = textOf("docs/design/rooms.md").split(`## \`${house}\`\n`);
  const [table = ""] = section.split("\n## ");
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, room = ""]) => room);
}

describe("rooms", () => {
  it.each(HOUSES)("of %s import each other in no circle", (house) => {
    expect(crossings(roomIn(house), importGraph)).not.toEqual([]);
    expect(circleImports(roomIn(house), importGraph)).toEqual([]);
  });

  it("import each other in no circle anywhere, however deep they are", () => {
    const folderOf: RoomOf = (path) =>
      path.startsWith("test/") ? null : path.slice(0, path.lastIndexOf("/"));
    expect(circleImports(folderOf, importGraph)).toEqual([]);
  });

  it("in a circle are named by the imports that make it", () => {
    const graph = new Map([
      ["home/red/a.ts", ["home/blue/b.ts", "home/green/d.ts", "home/loose.ts"]],
      ["home/blue/c.ts", ["home/red/a.ts"]],
      ["home/loose.ts", ["home/red/a.ts"]],
    ]);
    expect(circleImports(roomIn("home"), graph)).toEqual([
      "home/red/a.ts → home/blue/b.ts",
      "home/blue/c.ts → home/red/a.ts",
    ]);
    expect(circleImports(folderIn("home"), graph)).toContain("home/loose.ts → home/red/a.ts");
  });
});

describe.each(ORDERED)("folders of %s", (house) => {
  const order = orderOf(house);
  const folderOf = folderIn(house);

  it("are listed in docs/design/rooms.md, each once", () => {
    const folders = [...importGraph.keys()].map(folderOf).filter((folder) => folder !== null);
    expect([...order].sort()).toEqual([...new Set(folders)].sort());
  });

  it("import only from folders that are listed above their own", () => {
    expect(upwardImports(order, folderOf, importGraph)).toEqual([]);
  });
});

describe("an import from a folder that is listed below", () => {
  it("is named", () => {
    const graph = new Map([["home/red/a.ts", ["home/red/deep/b.ts", "home/blue/c.ts"]]]);
    expect(upwardImports([".", "blue", "red", "red/deep"], folderIn("home"), graph)).toEqual([
      "home/red/a.ts → home/red/deep/b.ts",
    ]);
  });
});
