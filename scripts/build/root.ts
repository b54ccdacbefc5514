import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Wrangler's program, to be run by Node. */
export const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
