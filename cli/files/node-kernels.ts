/// <reference path="../../shared/engine/webassembly.d.ts" />
import { existsSync, readFileSync } from "node:fs";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { createWasmKernels } from "#engine/kernels/wasm-kernels.ts";

// Node compiles from bytes. The engine's own declaration omits this because workerd refuses it.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

const WASM = new URL("../../shared/engine/kernels/kernels.wasm", import.meta.url);

/** The compiled kernels; a fresh checkout compiles them first, which takes a few seconds. */
export async function loadKernelsModule(): Promise<WebAssembly.Module> {
  if (!existsSync(WASM)) {
    const { buildWasm } = await import("../../scripts/build/build-wasm.ts");
    await buildWasm();
  }
  return new Module(readFileSync(WASM));
}

export async function createNodeKernels(): Promise<Kernels> {
  return createWasmKernels(await loadKernelsModule());
}
