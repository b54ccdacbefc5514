import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

const { imports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  imports: Readonly<Record<string, string>>;
};
const aliases = Object.entries(imports).map(([alias, target]) => ({
  alias: alias.replace(/\*$/, ""),
  folder: target.replace(/^\.\//, "").replace(/\*$/, ""),
}));

const listed = ["ls-files", "--cached", "--others", "--exclude-standard", "shared", "workers", "cli", "web"];
const sources = new Set(
  execFileSync("git", listed, { cwd: ROOT, encoding: "utf8" })
    .split("\n")
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("shared/engine/kernels/assembly/")),
);

/** Of types as well: who reads one file of a circle has to read them all. */
function importsOf(path: string): string[] {
  const code = readFileSync(join(ROOT, path), "utf8");
  const specifiers = [...code.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"([^"]+)"/g)];
  return specifiers.map(([, specifier = ""]) => resolve(path, specifier)).filter((one) => sources.has(one));
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return normalize(join(dirname(from), specifier));
  const known = aliases.find(({ alias }) => specifier.startsWith(alias));
  return known ? known.folder + specifier.slice(known.alias.length) : specifier;
}

/** Groups of files that lead to each other (Tarjan 1972). */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    order.set(file, order.size);
    lowest.set(file, order.get(file) as number);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      const reached = order.has(next) ? (open.includes(next) ? order.get(next) : undefined) : visit(next);
      if (reached !== undefined) lowest.set(file, Math.min(lowest.get(file) as number, reached));
    }
    const low = lowest.get(file) as number;
    if (low === order.get(file)) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1) circles.push(group.sort());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

describe("files of shared, workers, cli and web", () => {
  it("import each other in no circle, not for types either", () => {
    const graph = new Map([...sources].map((path) => [path, importsOf(path)]));
    expect(graph.size).toBeGreaterThan(700);
    expect([...graph.values()].flat().length).toBeGreaterThan(2000);
    const circles = circlesOf(graph).map((group) => group.join(" "));
    expect(circles).toEqual([]);
  });

  it("are found where they do", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["a"]],
      ["d", []],
    ]);
    expect(circlesOf(graph)).toEqual([["a", "b", "c"]]);
  });
});
