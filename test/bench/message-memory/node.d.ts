/** What the bench uses of Node. Node's own types do not go together with those of Workers, which the trainer's code has. */
declare module "node:fs" {
  export function closeSync(file: number): void;
  export function existsSync(path: string): boolean;
  export function mkdtempSync(prefix: string): string;
  export function openSync(path: string, flags: "r" | "w"): number;
  export function readFileSync(path: string | URL): Uint8Array;
  export function readFileSync(path: string, encoding: "utf8"): string;
  export function readSync(
    file: number,
    into: Uint8Array,
    at: number,
    length: number,
    position: number,
  ): number;
  export function rmSync(path: string, options: { readonly recursive?: true; readonly force?: true }): void;
  export function statSync(path: string): { readonly size: number };
  export function writeSync(file: number, bytes: Uint8Array, at: number): number;
}

declare module "node:os" {
  export function tmpdir(): string;
}

declare module "node:path" {
  export function join(...parts: string[]): string;
}

declare module "node:util" {
  export function parseArgs(config: {
    readonly allowPositionals: true;
    readonly options: {
      readonly only: { readonly type: "string" };
      readonly account: { readonly type: "boolean" };
      readonly "slice-ms": { readonly type: "string"; readonly default: string };
    };
  }): {
    readonly values: { readonly only?: string; readonly account?: boolean; readonly "slice-ms": string };
    readonly positionals: readonly string[];
  };
}

declare module "node:v8" {
  export function setFlagsFromString(flags: string): void;
}

declare module "node:vm" {
  export function runInNewContext(code: string): unknown;
}

declare const process: {
  exitCode: number;
  readonly stdout: { write(text: string): void };
  memoryUsage(): { readonly heapUsed: number; readonly arrayBuffers: number };
};
declare function setImmediate(run: () => void): void;
interface ImportMeta {
  readonly url: string;
}
interface ErrorConstructor {
  stackTraceLimit: number;
}
