/** Workers refuse to compile WebAssembly from bytes; an import gives the compiled module. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: the form in which bundlers give the module
  export default module;
}
