import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alignUp, bytesOf, DTYPES, type Dtype, dtypeOf } from "#engine/artifact/format.ts";
import type { Section, SectionData } from "#engine/artifact/section.ts";

interface Place {
  readonly name: string;
  readonly dtype: Dtype;
  readonly length: number;
  readonly offset: number;
  readonly bytes: number;
}

/** A model's sections in a temporary file without a name, which goes with the process however that ends. */
export class SectionFile {
  readonly bytes: number;
  readonly #file: number;
  readonly #places: readonly Place[];

  /** Writes the sections, which need not be kept afterwards. Throws what the file system throws. */
  constructor(sections: readonly Section[]) {
    const path = join(tmpdir(), `edgewise-${process.pid}-${SectionFile.#count++}.sections`);
    this.#file = openSync(path, "wx+", 0o600);
    rmSync(path, { force: true });
    let end = 0;
    this.#places = sections.map(({ name, data }) => {
      const offset = alignUp(end);
      writeAll(this.#file, bytesOf(data), offset);
      end = offset + data.byteLength;
      return { name, dtype: dtypeOf(name, data), length: data.length, offset, bytes: data.byteLength };
    });
    this.bytes = end;
  }

  static #count = 0;

  read(): Section[] {
    const buffer = new Uint8Array(this.bytes);
    readAll(this.#file, buffer);
    return this.#places.map(({ name, dtype, length, offset }) => {
      const View: new (buffer: ArrayBufferLike, offset: number, length: number) => SectionData =
        DTYPES[dtype];
      return { name, data: new View(buffer.buffer, offset, length) };
    });
  }

  close(): void {
    closeSync(this.#file);
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

function readAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(file, bytes, at, bytes.length - at, at);
    if (count === 0) throw new Error("A temporary file of a model has become shorter.");
    at += count;
  }
}
