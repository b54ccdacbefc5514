/** Which modules share a file of the built dashboard. */
import type { Rolldown } from "vite";

type Naming = Extract<Rolldown.CodeSplittingGroup["name"], (...args: never) => unknown>;
type ModuleInfos = Parameters<Naming>[1];

/** A file with less source than this, in bytes, is merged with another that nearly the same pages share. */
const WORTH_A_REQUEST_BYTES = { library: 12_000, own: 5_000 };

/**
 * Whether a module is zod or makes schemas. Those that no page uses are left out (`vite-unused-schemas.ts`); a page that checks what is typed
 * loads its own.
 */
function hasSchemas(id: string, infos: ModuleInfos): boolean {
  const isZod = (module: string) => /[\\/]node_modules[\\/]zod[\\/]/.test(module);
  return isZod(id) || (infos.getModuleInfo(id)?.importedIds.some(isZod) ?? false);
}

/** The modules that a page's program runs before it first paints. @param isWhole Also those that it loads later. */
function reach(entry: string, infos: ModuleInfos, isWhole: boolean): Set<string> {
  const found = new Set([entry]);
  for (const id of found) {
    const { importedIds = [], dynamicallyImportedIds = [] } = infos.getModuleInfo(id) ?? {};
    for (const next of [...importedIds, ...(isWhole ? dynamicallyImportedIds : [])])
      if (!hasSchemas(next, infos)) found.add(next);
  }
  return found;
}

/**
 * Few files: a browser sends six requests at once to a server without HTTP/2. The first visit of the dashboard takes two files and its program,
 * one of them shared with the API reference. The program is a file of its own: a page that loads a file runs all of it.
 * @param dashboard Path of the page of the dashboard.
 * @param reference Path of the page of the API reference.
 */
export function chunkGroups(dashboard: string, reference: string): Rolldown.CodeSplittingGroup[] {
  let sets: { dashboard: Set<string>; reference: Set<string> } | undefined;
  const firstVisit: Naming = (id, infos) => {
    sets ??= { dashboard: reach(dashboard, infos, false), reference: reach(reference, infos, true) };
    const isProgram = id === dashboard || infos.getModuleInfo(dashboard)?.importedIds.includes(id);
    if (isProgram || !sets.dashboard.has(id)) return null;
    return sets.reference.has(id) ? "base" : "dashboard";
  };
  return [
    // Before the others, which would take them as parts of what imports a constant of the same file.
    {
      name: (id, infos) => (hasSchemas(id, infos) ? "schemas" : null),
      debugName: "schemas",
      priority: 3,
      entriesAware: true,
    },
    { name: firstVisit, debugName: "first", priority: 2 },
    // Apart from our own parts: merged with those, the libraries of charts and menus would come to pages that have none.
    {
      name: "library",
      test: /[\\/]node_modules[\\/]/,
      priority: 1,
      minShareCount: 2,
      entriesAware: true,
      entriesAwareMergeThreshold: WORTH_A_REQUEST_BYTES.library,
    },
    {
      name: "shared",
      minShareCount: 2,
      entriesAware: true,
      entriesAwareMergeThreshold: WORTH_A_REQUEST_BYTES.own,
    },
  ];
}
