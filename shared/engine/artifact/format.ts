/**
 * The byte layout of an artifact, shared by encoder, decoder and range readers:
 *
 * 0 magic `EDGEWISE`
 * 8 u16 version, u16 reserved (0), u32 header length H
 * 16 header: JSON in UTF-8, H bytes
 * 16 + H HMAC-SHA256 of every byte before it, 32 bytes
 * D data area, D = the next multiple of 64: sections in the order of the header, each from a multiple of 64
 *
 * All numbers are little-endian, as is every machine that this runs on, so sections are viewed and not converted. Gaps are zeros,
 * and nothing follows the last section. The signature covers the header and the header holds the hash of each section. So one
 * section fetched by a range read can be verified without the others.
 */

import { EngineError } from "../engine-error.ts";
import type { SectionData } from "./section.ts";

export const MAGIC = "EDGEWISE";
export const FORMAT_VERSION = 1;
export const VERSION_OFFSET = 8;
export const RESERVED_OFFSET = 10;
export const HEADER_LENGTH_OFFSET = 12;
export const HEADER_OFFSET = 16;
export const SIGNATURE_BYTES = 32;
export const DIGEST_BYTES = 32;
/** Sections start at multiples of this: a cache line, and enough for any SIMD load. */
export const SECTION_ALIGNMENT_BYTES = 64;
/** Limits what a foreign file can make the decoder parse; real headers have a few kilobytes. */
export const MAX_HEADER_BYTES = 1_048_576;

/** SHA-256 of some bytes. An argument because the engine has no crypto of its own. */
export type Digest = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Signs with HMAC-SHA256 under the newest key of a key ring. */
export interface Signer {
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Checks an HMAC-SHA256 signature under any key of the ring; resolves to false for an unknown key id. */
export interface Verifier {
  verify(keyId: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** Further data about the artifact: any JSON object. */
export type ArtifactMeta = Readonly<Record<string, unknown>>;

/** One row of the section table. */
export interface SectionEntry {
  readonly name: string;
  readonly dtype: Dtype;
  /** Number of elements. */
  readonly length: number;
  /** First byte, counted from the start of the data area. */
  readonly offset: number;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export const DTYPES = {
  u8: Uint8Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

export type Dtype = keyof typeof DTYPES;

export function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(DTYPES, value);
}

/** The name under which a typed array is stored. Throws `BAD_PARAMETER` for a kind that an artifact cannot hold. */
export function dtypeOf(name: string, data: SectionData): Dtype {
  for (const [dtype, type] of Object.entries(DTYPES)) {
    if (data instanceof type) return dtype as Dtype;
  }
  throw new EngineError("BAD_PARAMETER", `Section "${name}" is no typed array that an artifact can hold.`);
}

export function isSectionName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z0-9._/-]{1,128}$/.test(value);
}

/** The next multiple of 64. */
export function alignUp(bytes: number): number {
  return Math.ceil(bytes / SECTION_ALIGNMENT_BYTES) * SECTION_ALIGNMENT_BYTES;
}

/** First byte of the data area of an artifact whose header has this many bytes. */
export function dataStartOf(headerBytes: number): number {
  return alignUp(HEADER_OFFSET + headerBytes + SIGNATURE_BYTES);
}

/** The bytes of a typed array, without copying them. */
export function bytesOf(data: SectionData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function badArtifact(message: string): EngineError {
  return new EngineError("BAD_ARTIFACT", message);
}
