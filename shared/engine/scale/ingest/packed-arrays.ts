/** Typed arrays by name in one object; the layout is that of `section-object.ts`. */
import { sectionOf } from "../../artifact/decode-artifact.ts";
import type { Section, SectionData } from "../../artifact/section.ts";
import { decodeSections, encodeSections, placesOf } from "../blocks/section-object.ts";

export type NamedArrays = Readonly<Record<string, SectionData>>;

/** The object, and the first byte of each array in it, in their order. */
export function packArrays(arrays: NamedArrays): { readonly bytes: Uint8Array; readonly places: number[] } {
  const sections = Object.entries(arrays).map(([name, data]): Section => ({ name, data }));
  return { bytes: encodeSections(sections), places: placesOf(sections) };
}

/** Arrays of `packArrays`, as views where the bytes allow it. Throws `BAD_ARTIFACT`, with the name of the object, when they are damaged. */
export class PackedArrays {
  readonly #sections: readonly Section[];

  constructor(packed: Uint8Array, name: string) {
    this.#sections = decodeSections(packed, name);
  }

  u8(name: string): Uint8Array {
    return sectionOf({ sections: this.#sections }, name, Uint8Array);
  }

  u32(name: string): Uint32Array {
    return sectionOf({ sections: this.#sections }, name, Uint32Array);
  }

  f32(name: string): Float32Array {
    return sectionOf({ sections: this.#sections }, name, Float32Array);
  }

  f64(name: string): Float64Array {
    return sectionOf({ sections: this.#sections }, name, Float64Array);
  }

  has(name: string): boolean {
    return this.#sections.some((section) => section.name === name);
  }
}
