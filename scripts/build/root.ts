import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Wrangler's program, to be run by Node. */
export const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");

/** Where Node keeps what it compiled of large programs (`NODE_COMPILE_CACHE`): Wrangler and Miniflare are loaded again and again. */
export const COMPILED_DIR = join(ROOT, "dist/stack/compiled");
