import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./root.ts";

const sourceDir = join(ROOT, "shared/engine/kernels/assembly");
const target = join(ROOT, "shared/engine/kernels/kernels.wasm");

/** Compiles the engine's kernels to `shared/engine/kernels/kernels.wasm`, unless the output is newer than every source. */
export async function buildWasm(): Promise<void> {
  if (isUpToDate()) return;
  mkdirSync(dirname(target), { recursive: true });
  // Only when it is needed: the compiler takes 70 MB, which a started stack would keep.
  const { default: asc } = await import("assemblyscript/asc");
  const { error, stderr } = await asc.main(
    [
      "shared/engine/kernels/assembly/index.ts",
      "--outFile",
      "shared/engine/kernels/kernels.wasm",
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--enable",
      "relaxed-simd",
    ],
    { baseDir: ROOT } as never,
  );
  if (error) {
    process.stderr.write(stderr.toString());
    throw error;
  }
}

function isUpToDate(): boolean {
  if (!existsSync(target)) return false;
  const built = statSync(target).mtimeMs;
  return readdirSync(sourceDir, { recursive: true, encoding: "utf8" }).every(
    (name) => statSync(join(sourceDir, name)).mtimeMs < built,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWasm();
