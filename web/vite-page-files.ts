/** Writes into the dashboard's document which files each page needs. `public/preload.js` asks for them while the program is on its way. */
import type { Plugin, Rolldown } from "vite";
import { DASHBOARD_PATHS, formOf, PROJECT_PATH, PROJECT_PATHS } from "#contract/dashboard-paths.ts";

type Chunks = ReadonlyMap<string, Rolldown.OutputChunk>;

/** The pages of a router, as its source has them. */
const LAZY = /const (\w+) = lazyPage\(\s*async \(\) => \(await import\("\.\/([^"]+)"\)\)/g;
const ROUTE = /path=\{(DASHBOARD|PROJECT)_PATHS\.(\w+)\}\s+component=\{(\w+)\}/g;

interface RoutedPage {
  /** Of its addresses, as the source of an expression. */
  readonly form: string;
  /** From the folder of the dashboard. */
  readonly module: string;
}

/** All pages that a router loads when they are first shown. Throws for a path of a project without one. */
export function pagesOfRouter(source: string): RoutedPage[] {
  const modules = new Map(Array.from(source.matchAll(LAZY), ([, name = "", module = ""]) => [name, module]));
  const found = Array.from(source.matchAll(ROUTE), ([, place, key = "", component = ""]) => {
    const isOfProject = place === "PROJECT";
    const path: string | undefined = { ...(isOfProject ? PROJECT_PATHS : DASHBOARD_PATHS) }[key as never];
    return { key, isOfProject, path: path ?? "", module: modules.get(component) };
  });
  for (const key of Object.keys(PROJECT_PATHS))
    if (!found.some((page) => page.isOfProject && page.key === key && page.module))
      throw new Error(`The router has no page that is loaded for PROJECT_PATHS.${key}.`);
  return found.flatMap(({ isOfProject, path, module }) =>
    module === undefined ? [] : [{ form: formOf((isOfProject ? PROJECT_PATH : "") + path).source, module }],
  );
}

/** A file and all that it imports at once, each after what imports it. */
function reach(chunks: Chunks, file: string, known: ReadonlySet<string> = new Set()): Set<string> {
  const found = new Set([file]);
  for (const name of found)
    for (const next of chunks.get(name)?.imports ?? []) if (!known.has(next)) found.add(next);
  return found;
}

/** Goes before what compiles the source. @param router Path of the source of the router, in the folder of the dashboard. */
export function pageFiles(router: string): Plugin {
  let source = "";
  return {
    name: "edgewise:page-files",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (id === router) source = code;
    },
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle, chunk }) {
        if (!bundle || !chunk || !html.includes("/preload.js")) return;
        const chunks = new Map(
          Object.values(bundle).flatMap((file) => (file.type === "chunk" ? [[file.fileName, file]] : [])),
        );
        const program = reach(chunks, chunk.fileName);
        const files: string[] = [];
        const placeOf = (name: string) => {
          const address = `/${name}`;
          return files.includes(address) ? files.indexOf(address) : files.push(address) - 1;
        };
        const pages = pagesOfRouter(source).map(({ form, module }) => {
          const own = [...chunks.values()].find(({ facadeModuleId }) =>
            facadeModuleId?.endsWith(`/${module}`),
          );
          if (!own) throw new Error(`The build has no file for ${module}.`);
          return [form, [...reach(chunks, own.fileName, program)].map(placeOf)];
        });
        const content = {
          attrs: { type: "application/json", id: "page-files" },
          injectTo: "head-prepend",
        } as const;
        return [{ tag: "script", ...content, children: JSON.stringify({ files, pages }) }];
      },
    },
  };
}
