/** Workers refuse to compile WebAssembly from bytes; an import gives the compiled module. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
