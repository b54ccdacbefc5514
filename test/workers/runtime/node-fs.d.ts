/** What the kernels of tests are read with; the runtime's types have no files. */
declare module "node:fs" {
  export function readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}

interface ImportMeta {
  readonly url: string;
}
