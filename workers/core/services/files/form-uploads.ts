/** Uploads in one request: a form with a project and a file, stored while it arrives. */
import { NOT_A_FILE_TEXT, REQUIRED_TEXT, reference } from "#contract/field.ts";
import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { MAX_UPLOAD_BYTES, UPLOAD_PART_BYTES } from "#contract/limits.ts";
import { type ReadingSettings, readingRequest, readingSettingsOf } from "#contract/reading.ts";
import { type UploadKind, uploadForm } from "#contract/upload.ts";
import { StreamTooLong, storeStream } from "#storage/store-stream.ts";
import type { QuotaRoom } from "../access/quotas.ts";
import { referable, requireReference } from "../access/references.ts";
import { FieldError, fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { Viewer } from "../viewer.ts";
import { addDataFile, awaitIngestion, type DataFileRow } from "./data-files.ts";
import { checkUploadName, cleanFileName } from "./file-names.ts";
import type { FormPart, ReceivedForm } from "./form-part.ts";
import { newUploadKey } from "./uploads.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock" | "sleep" | "randomBytes"> & {
  /** Checks the name of a file, if not by the usual rule. */
  readonly checkName?: (name: string) => string | null;
  /** The account's remaining quota for a file of this many bytes. */
  readonly roomFor: (bytes: number) => QuotaRoom;
};

const MAX_FIELD_BYTES = 64 * 1024;
export const FILE_REQUIRED_TEXT = "file is required.";

interface ReceivedFile {
  readonly basename: string;
  readonly key: string;
  readonly size: number;
}

/** Accepts a form and returns the row of its file, already read if that was quick. */
export async function receiveForm(
  deps: Deps,
  viewer: Viewer,
  kind: UploadKind,
  received: ReceivedForm,
): Promise<DataFileRow> {
  const form = new FormReceiver(deps, viewer);
  for await (const part of received.parts) await form.take(part);
  const { file, projectId, reading } = await form.finish();
  const stored = {
    kind,
    projectId,
    fileKey: file.key,
    basename: file.basename,
    filesize: file.size,
    reading: received.isOpen ? { ...reading, form_had_no_end: true as const } : reading,
    room: deps.roomFor(file.size),
  };
  return awaitIngestion(deps, kind, await addDataFile(deps, stored));
}

class FormReceiver {
  readonly #deps: Deps;
  readonly #viewer: Viewer;
  #projectText: string | undefined;
  #fileText: string | undefined;
  readonly #settings: Record<string, string> = {};
  /** A file that came before its project: kept until the form ends, if it is small. */
  #held: { filename: string; bytes: Uint8Array[]; length: number } | null = null;
  #file: ReceivedFile | null = null;

  constructor(deps: Deps, viewer: Viewer) {
    this.#deps = deps;
    this.#viewer = viewer;
  }

  async take(part: FormPart): Promise<void> {
    if (part.name === "file" && part.filename !== null) return this.#takeFile(part.filename, part.bytes);
    if (part.name === "file") this.#fileText = await textOf(part.bytes);
    if (!(part.name in uploadForm.shape)) return;
    const text = await textOf(part.bytes);
    if (part.name === "project") {
      this.#projectText = text;
      return;
    }
    // An empty field of a form counts as absent.
    if (text !== "") this.#settings[part.name] = text;
  }

  async finish(): Promise<{ file: ReceivedFile; projectId: number; reading: ReadingSettings | null }> {
    const projectId = await this.#projectId();
    const reading = this.#reading();
    if (this.#held) await this.#store(projectId, this.#held.filename, fromArray(this.#held.bytes));
    if (this.#file) return { file: this.#file, projectId, reading };
    throw fieldError("file", this.#fileText === undefined ? FILE_REQUIRED_TEXT : NOT_A_FILE_TEXT);
  }

  #reading(): ReadingSettings | null {
    const parsed = readingRequest.safeParse(this.#settings);
    if (parsed.success) return readingSettingsOf(parsed.data);
    const fields = parsed.error.issues.map(({ path, message }) => [String(path[0]), [message]]);
    throw new FieldError(Object.fromEntries(fields));
  }

  async #takeFile(filename: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.#projectText !== undefined) return this.#store(await this.#projectId(), filename, bytes);
    const held = { filename, bytes: [] as Uint8Array[], length: 0 };
    for await (const chunk of bytes) {
      held.length += chunk.length;
      if (held.length > UPLOAD_PART_BYTES) {
        throw fieldError("project", "In forms with large files this field must come before the file.");
      }
      held.bytes.push(chunk.slice());
    }
    this.#held = held;
  }

  async #store(projectId: number, filename: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const basename = cleanFileName(filename);
    const key = newUploadKey(this.#deps, projectId);
    const { checkName = checkUploadName } = this.#deps;
    const problem = checkName(basename);
    if (problem !== null) throw fieldError("file", problem);
    const size = await storeOrRefuse(this.#deps, key, bytes);
    if (size === 0) {
      await this.#deps.store.delete(key);
      throw fieldError("file", EMPTY_FILE_TEXT);
    }
    this.#file = { basename, key, size };
  }

  async #projectId(): Promise<number> {
    const text = this.#projectText;
    if (text === undefined || text === "") {
      throw new FieldError({ project: [text === undefined ? REQUIRED_TEXT : "This field may not be null."] });
    }
    const parsed = reference().safeParse(text);
    if (!parsed.success) throw fieldError("project", parsed.error.issues[0]?.message ?? REQUIRED_TEXT);
    const { db } = this.#deps;
    return (await requireReference(db, this.#viewer, referable.project, "project", parsed.data)).id;
  }
}

async function storeOrRefuse(deps: Deps, key: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  try {
    return await storeStream(deps.store, key, bytes, MAX_UPLOAD_BYTES);
  } catch (error) {
    if (!(error instanceof StreamTooLong)) throw error;
    throw fieldError("file", `The file is larger than ${MAX_UPLOAD_BYTES} bytes.`);
  }
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_FIELD_BYTES)
      throw fieldError("non_field_errors", "A field of the form is too long.");
  }
  return text + decoder.decode();
}

async function* fromArray(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
