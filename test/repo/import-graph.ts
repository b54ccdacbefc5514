import { dirname, join, normalize } from "node:path";
import { sourceFiles, textOf } from "./source-files.ts";

const { imports } = JSON.parse(textOf("package.json")) as { imports: Readonly<Record<string, string>> };
const aliases = Object.entries(imports).map(([alias, target]) => ({
  alias: alias.replace(/\*$/, ""),
  folder: target.replace(/^\.\//, "").replace(/\*$/, ""),
}));

const sources = new Set(
  sourceFiles("shared", "workers", "cli", "web", "scripts", "test").filter((path) => /\.tsx?$/.test(path)),
);

/** What each source file imports, types included: a reader of one file has to read them all. */
export const importGraph: ReadonlyMap<string, readonly string[]> = new Map(
  [...sources].map((path) => [path, importsOf(path)]),
);

function importsOf(path: string): string[] {
  const specifiers = [...textOf(path).matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"([^"]+)"/g)];
  // AssemblyScript leaves out the extension.
  return specifiers
    .map(([, specifier = ""]) => resolve(path, specifier))
    .map((one) => (sources.has(`${one}.ts`) ? `${one}.ts` : one))
    .filter((one) => sources.has(one));
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return normalize(join(dirname(from), specifier));
  const known = aliases.find(({ alias }) => specifier.startsWith(alias));
  return known ? known.folder + specifier.slice(known.alias.length) : specifier;
}

/** Groups of nodes that lead to each other (Tarjan 1972). */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    order.set(node, order.size);
    lowest.set(node, order.get(node) as number);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      const reached = order.has(next) ? (open.includes(next) ? order.get(next) : undefined) : visit(next);
      if (reached !== undefined) lowest.set(node, Math.min(lowest.get(node) as number, reached));
    }
    const low = lowest.get(node) as number;
    if (low === order.get(node)) {
      const group = open.splice(open.indexOf(node));
      if (group.length > 1) circles.push(group.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
