/** A typed array that an artifact can hold. */
export type SectionData = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** A named piece of an artifact. Names use `[a-z0-9._/-]`, e.g. `ials.item-factors`. */
export interface Section {
  readonly name: string;
  readonly data: SectionData;
}
