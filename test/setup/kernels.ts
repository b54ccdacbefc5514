import { buildWasm } from "#scripts/build/build-wasm.ts";

/** Compiles the kernels once before any test file runs. */
export async function setup(): Promise<void> {
  await buildWasm();
}
