/** The parts of Node's streams and zlib that Workers offer and we use; Node's own types would include all of Node. */
declare module "node:stream" {
  interface Source {
    on(event: "error", listener: (error: Error) => void): void;
    pipe(target: Unzip): AsyncIterable<Uint8Array>;
    destroy(): void;
  }
  interface Unzip {
    /** Bytes of the input that have been decompressed. */
    readonly bytesWritten: number;
    destroy(error: Error): void;
  }
  export const Readable: { from(bytes: AsyncIterable<Uint8Array>): Source };
}

declare module "node:zlib" {
  export function createGunzip(): import("node:stream").Unzip;
}
