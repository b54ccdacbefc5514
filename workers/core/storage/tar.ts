/** Tar archives (POSIX ustar) as streams: regular files only, with at most a chunk in memory. */

const BLOCK = 512;
const NAME_BYTES = 100;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes are not a tar archive, or end too early. The message is for the caller. */
export class BadArchive extends Error {}

export interface TarEntry {
  readonly name: string;
  readonly size: number;
  /** Read it before asking for the next entry; unread bytes are skipped. */
  readonly bytes: AsyncGenerator<Uint8Array>;
}

/** The header of a file. Names are plain paths of at most 100 bytes. */
export function tarHeader(name: string, size: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const nameBytes = encoder.encode(name);
  if (nameBytes.length > NAME_BYTES) throw new RangeError(`The name is too long for tar: ${name}`);
  const put = (at: number, text: string) => header.set(encoder.encode(text), at);
  header.set(nameBytes, 0);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(size, 11)}\0`);
  put(136, `${octal(0, 11)}\0`);
  put(156, "0");
  put(257, "ustar\u000000");
  put(148, `${octal(checksum(header), 6)}\0 `);
  return header;
}

/** The padding of a file to whole blocks. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** The sum of all bytes, its own field counted as blanks. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

function fieldOf(header: Uint8Array, from: number, length: number): string {
  const bytes = header.subarray(from, from + length);
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
}

/** The files of an archive, one after another. Throws BadArchive. */
export async function* tarEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = new BlockReader(chunks);
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header.every((byte) => byte === 0)) return;
    if (Number.parseInt(fieldOf(header, 148, 8), 8) !== checksum(header)) {
      throw new BadArchive("This is not a tar archive, or it is damaged.");
    }
    const name = fieldOf(header, 0, NAME_BYTES);
    const size = Number.parseInt(fieldOf(header, 124, 12), 8);
    const type = fieldOf(header, 156, 1);
    if (!Number.isSafeInteger(size) || (type !== "0" && type !== "")) {
      throw new BadArchive(`"${name}" is not a regular file.`);
    }
    const bytes = reader.upTo(size);
    yield { name, size, bytes };
    for await (const _ of bytes);
    await reader.take(tarPadding(size).length);
  }
}

class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length);
    let at = 0;
    for await (const chunk of this.upTo(length)) {
      taken.set(chunk, at);
      at += chunk.length;
    }
    return taken;
  }

  async *upTo(length: number): AsyncGenerator<Uint8Array> {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0) await this.#fill();
      const chunk = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) throw new BadArchive("The archive ends in the middle.");
    this.#rest = value as Uint8Array<ArrayBuffer>;
  }
}
