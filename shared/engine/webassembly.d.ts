/**
 * The part of the WebAssembly API that the engine uses; `lib: ES2023` alone does not have it, and the engine must not import DOM.
 */
declare namespace WebAssembly {
  class Module {
    private readonly brand;
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}
