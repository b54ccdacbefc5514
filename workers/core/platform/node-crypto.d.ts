/** The part of Node's crypto that Workers offer and we use; Node's own types would include all of Node. */
declare module "node:crypto" {
  interface ScryptOptions {
    readonly N: number;
    readonly r: number;
    readonly p: number;
    readonly maxmem: number;
  }
  export function scrypt(
    password: string,
    salt: Uint8Array,
    keyLength: number,
    options: ScryptOptions,
    done: (error: Error | null, key: Uint8Array) => void,
  ): void;
  export function createHash(algorithm: "sha256"): {
    update(bytes: Uint8Array): void;
    digest(encoding: "hex"): string;
  };
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}
