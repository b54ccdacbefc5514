/**
 * Bundles a Worker for the local stack as `wrangler deploy` does, without Wrangler: loading it takes longer than bundling. A test
 * compares the bundles with those that Wrangler uploads.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { ROOT } from "../build/root.ts";

/** What Wrangler tells esbuild about a Worker with `keep_names = false`: nothing is minified, so names stay. */
const AS_WRANGLER: BuildOptions = {
  bundle: true,
  format: "esm",
  keepNames: false,
  target: "es2024",
  supported: { "import-source": true, using: true },
  conditions: ["workerd", "worker", "browser"],
  define: {
    "navigator.userAgent": '"Cloudflare-Workers"',
    "process.env.NODE_ENV": '"production"',
    "global.process.env.NODE_ENV": '"production"',
    "globalThis.process.env.NODE_ENV": '"production"',
  },
  // The runtime has these.
  external: ["node:*", "cloudflare:*"],
  sourcemap: true,
  logLevel: "silent",
};

/**
 * Writes `index.js`, its source map and its WebAssembly modules. Throws with what esbuild found wrong.
 *
 * @param config The Worker's `wrangler.toml`, relative to the repository's folder.
 * @param outDir Gets the files.
 */
export async function bundle(config: string, outDir: string): Promise<void> {
  // Only for a build: a started stack would keep it.
  const { build } = await import("esbuild");
  const home = join(ROOT, dirname(config));
  mkdirSync(outDir, { recursive: true });
  await build({
    ...AS_WRANGLER,
    absWorkingDir: home,
    entryPoints: [join(home, entryOf(config))],
    entryNames: "index",
    outdir: outDir,
    sourceRoot: outDir,
    plugins: [compiledModules(outDir)],
  });
}

function entryOf(config: string): string {
  const [, entry] = /^main = "(.+)"$/m.exec(readFileSync(join(ROOT, config), "utf8")) ?? [];
  if (entry === undefined) throw new Error(`${config} has no line main = "FILE".`);
  return entry;
}

/** Workers import WebAssembly as modules, which stand beside the bundle, each with its hash in its name. */
function compiledModules(outDir: string): Plugin {
  return {
    name: "compiled modules",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const bytes = readFileSync(join(resolveDir, path));
        const name = `${createHash("sha1").update(bytes).digest("hex")}-${basename(path)}`;
        writeFileSync(join(outDir, name), bytes);
        return { path: `./${name}`, external: true };
      });
    },
  };
}
