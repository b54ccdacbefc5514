/// <reference path="../../../../shared/engine/webassembly.d.ts" />
import { readFileSync } from "node:fs";
import type { Kernels } from "../../../../shared/engine/kernels/kernels.ts";
import { createWasmKernels } from "../../../../shared/engine/kernels/wasm-kernels.ts";

const WASM_URL = new URL("../../../../shared/engine/kernels/kernels.wasm", import.meta.url);

// Node compiles from bytes. The engine's own declaration omits this because workerd refuses it.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;

let compiled: WebAssembly.Module | null = null;

/** The SIMD kernels on a new instance, from the file that the global setup has built. It is compiled once. */
export function loadWasmKernels(): Kernels {
  compiled ??= new Module(readFileSync(WASM_URL));
  return createWasmKernels(compiled);
}
