/**
 * multipart/form-data as it streams (RFC 7578). Parts come one after another, and each is read to its end before the next. So a file
 * of any size passes through a buffer of one chunk.
 */
import { AppError } from "#services/app-error.ts";
import type { FormPart, ReceivedForm } from "#services/files/form-part.ts";

const CR = 13;
const MAX_HEADER_BYTES = 16 * 1024;
const encoder = new TextEncoder();
const LINE_END = encoder.encode("\r\n");
const HEADERS_END = encoder.encode("\r\n\r\n");

function malformed(what: string): AppError {
  return new AppError("bad_request", `Multipart form parse error - ${what}`);
}

/** The boundary in a content type; null when it is not a multipart form. */
export function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/form-data\b/i.test(contentType)) return null;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw malformed("Invalid boundary in multipart: None");
  return boundary;
}

/** Reads up to a mark: passes on the chunks before it, and consumes the mark itself. */
class MarkedReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #buffer: Uint8Array;
  #received = 0;

  /** `head` is treated as the beginning of the stream. */
  constructor(stream: ReadableStream<Uint8Array>, head: Uint8Array) {
    this.#reader = stream.getReader();
    this.#buffer = head;
  }

  /** Bytes of the stream so far. */
  get received(): number {
    return this.#received;
  }

  /** @param atEnd  Called if the stream ends before the mark; without it that is an error. */
  async *until(mark: Uint8Array, atEnd?: () => void): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = indexOf(this.#buffer, mark);
      if (at >= 0) {
        if (at > 0) yield this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + mark.length);
        return;
      }
      // The end of the buffer may be the beginning of the mark.
      const safe = Math.max(0, this.#buffer.length - mark.length + 1);
      if (safe > 0) yield this.#buffer.subarray(0, safe);
      this.#buffer = this.#buffer.subarray(safe);
      if (await this.#fill()) continue;
      if (!atEnd) throw malformed("The form ends before a part is complete.");
      atEnd();
      if (this.#buffer.length > 0) yield this.#buffer;
      this.#buffer = new Uint8Array(0);
      return;
    }
  }

  /** Fewer bytes if the stream ends before. */
  async take(length: number): Promise<Uint8Array> {
    while (this.#buffer.length < length && (await this.#fill()));
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }

  /** Reads and drops the rest, so that the sender has finished before the answer. */
  async drain(): Promise<void> {
    while (!(await this.#reader.read()).done);
  }

  /** False at the end of the stream. */
  async #fill(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    this.#received += value.length;
    const joined = new Uint8Array(this.#buffer.length + value.length);
    joined.set(this.#buffer);
    joined.set(value, this.#buffer.length);
    this.#buffer = joined;
    return true;
  }
}

function indexOf(bytes: Uint8Array, mark: Uint8Array): number {
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (at + mark.length > bytes.length) return -1;
    if (mark.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}

async function textUntil(reader: MarkedReader, mark: Uint8Array): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of reader.until(mark)) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_HEADER_BYTES) throw malformed("The headers of a part are too long.");
  }
  return text;
}

function parameter(header: string, name: string): string | null {
  const match = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(header);
  return match?.[1]?.replace(/\\(["\\])/g, "$1").replaceAll("%22", '"') ?? null;
}

/** A name in the extended form of RFC 5987, which some clients send for names beyond ASCII. */
function extendedFilename(header: string): string | null {
  const match = /;\s*filename\*=utf-8''([^;\s]+)/i.exec(header);
  try {
    return match?.[1] === undefined ? null : decodeURIComponent(match[1]);
  } catch {
    return null;
  }
}

/** The announced length of a form, and a callback if its end is unknown. */
export interface FormEnd {
  /** The request's content length in bytes; null where it has none. */
  readonly announced: number | null;
  /** Called if neither a closing boundary nor a length shows that the form is complete. */
  readonly noteOpen?: () => void;
}

/** A form that reports, after its parts, whether its end is unknown. */
export class UploadForm implements ReceivedForm {
  readonly parts: AsyncIterable<FormPart>;
  #isOpen = false;

  constructor(body: ReadableStream<Uint8Array>, boundary: string, announced: number | null) {
    const noteOpen = () => {
      this.#isOpen = true;
    };
    this.parts = formParts(body, boundary, { announced, noteOpen });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
}

/** The length in a request's header. */
export function announcedLength(request: { header(name: string): string | undefined }): number | null {
  const text = request.header("content-length") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/**
 * The parts of a form. A part's bytes that the caller leaves unread are skipped. The closing boundary may be missing, as in what
 * recotem-cli sends: the last part then ends with the body. A body shorter than announced was cut and is refused; one of the
 * announced length is complete; without a length it is unknown.
 */
export async function* formParts(
  body: ReadableStream<Uint8Array>,
  boundary: string,
  { announced, noteOpen }: FormEnd = { announced: null },
): AsyncGenerator<FormPart> {
  const mark = encoder.encode(`\r\n--${boundary}`);
  const reader = new MarkedReader(body, LINE_END);
  const atEnd = () => {
    const { received } = reader;
    if (announced === null) noteOpen?.();
    else if (received < announced) throw malformed(`The form ends after ${received} of ${announced} bytes.`);
  };
  try {
    for await (const _ of reader.until(mark));
    for (;;) {
      const next = await reader.take(2);
      if (next[0] !== CR) return;
      const headers = `\r\n${await textUntil(reader, HEADERS_END)}`;
      const disposition = /\r\ncontent-disposition:\s*form-data([^\r]*)/i.exec(headers)?.[1] ?? "";
      const bytes = reader.until(mark, atEnd);
      const name = parameter(disposition, "name") ?? "";
      yield { name, filename: extendedFilename(disposition) ?? parameter(disposition, "filename"), bytes };
      for await (const _ of bytes);
    }
  } finally {
    await reader.drain();
  }
}
