/**
 * Sections as one object: the length of a list (32 bits, little-endian), the list as JSON, and the arrays, each at a multiple of 8 bytes.
 * For pieces between tasks; what is kept is an artifact, which is signed.
 */
import { bytesOf, DTYPES, dtypeOf, isDtype } from "../../artifact/format.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import { type ObjectStore, requireObject } from "./object-store.ts";

const LENGTH_BYTES = 4;

type Row = readonly [name: string, dtype: string, length: number];

export async function putSections(
  store: ObjectStore,
  name: string,
  sections: readonly Section[],
): Promise<void> {
  await store.put(name, encodeSections(sections));
}

/** The sections of an object, as views of its bytes. Throws `BAD_DATA` when there is none, `BAD_ARTIFACT` when it is damaged. */
export async function getSections(store: ObjectStore, name: string): Promise<Section[]> {
  return decodeSections(await requireObject(store, name), name);
}

export function encodeSections(sections: readonly Section[]): Uint8Array {
  const { list, places, end } = layoutOf(sections);
  const bytes = new Uint8Array(end);
  new DataView(bytes.buffer).setUint32(0, list.length, true);
  bytes.set(list, LENGTH_BYTES);
  for (const [at, { data }] of sections.entries()) bytes.set(bytesOf(data), places[at]);
  return bytes;
}

/** The first byte of each section in the object. */
export function placesOf(sections: readonly Section[]): number[] {
  return layoutOf(sections).places;
}

function layoutOf(sections: readonly Section[]) {
  const rows = sections.map(({ name, data }): Row => [name, dtypeOf(name, data), data.length]);
  const list = new TextEncoder().encode(JSON.stringify(rows));
  let end = LENGTH_BYTES + list.length;
  const places = sections.map(({ data }) => {
    const place = alignUp(end);
    end = place + data.byteLength;
    return place;
  });
  return { list, places, end };
}

export function decodeSections(bytes: Uint8Array, name: string): Section[] {
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const listEnd =
    bytes.length < LENGTH_BYTES
      ? Number.POSITIVE_INFINITY
      : LENGTH_BYTES + new DataView(buffer, byteOffset).getUint32(0, true);
  if (listEnd > bytes.length) throw damaged(name, `ends after ${bytes.length} bytes`);
  let end = listEnd;
  const sections = rowsIn(
    new Uint8Array(buffer, byteOffset + LENGTH_BYTES, listEnd - LENGTH_BYTES),
    name,
  ).map(([section, dtype, length]) => {
    if (!isDtype(dtype)) throw damaged(name, `has a section of the unknown type ${dtype}`);
    const start = alignUp(end);
    end = start + length * DTYPES[dtype].BYTES_PER_ELEMENT;
    if (end > bytes.length) throw damaged(name, `ends after ${bytes.length} bytes, expected ${end}`);
    return { name: section, data: new DTYPES[dtype](buffer as ArrayBuffer, byteOffset + start, length) };
  });
  if (end !== bytes.length) throw damaged(name, `has ${bytes.length} bytes, expected ${end}`);
  return sections;
}

function rowsIn(list: Uint8Array, name: string): readonly Row[] {
  try {
    return JSON.parse(new TextDecoder().decode(list));
  } catch (cause) {
    throw damaged(name, "has a list that is no JSON", cause);
  }
}

const alignUp = (bytes: number) => Math.ceil(bytes / 8) * 8;

function damaged(name: string, what: string, cause?: unknown): EngineError {
  return new EngineError("BAD_ARTIFACT", `The object "${name}" ${what}.`, { cause });
}
