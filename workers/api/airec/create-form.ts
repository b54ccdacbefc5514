/** The form of `/create-project/` as it streams: files of any size are stored part by part, in whatever order its fields come. */
import type { AirecFileType } from "#contract/airec.ts";
import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { MAX_UPLOAD_BYTES } from "#contract/limits.ts";
import { MAX_NAME_LENGTH } from "#contract/primitives.ts";
import type { QuotaRoom } from "#services/access/quotas.ts";
import {
  createAirecProject,
  reserveProjectId,
  type StoredAirecFile,
} from "#services/airec/create-airec-project.ts";
import { mappingsOf } from "#services/airec/mapping.ts";
import { checkUploadName, cleanFileName, lastPartOf } from "#services/files/file-names.ts";
import type { FormPart } from "#services/files/form-part.ts";
import { newUploadKey } from "#services/files/uploads.ts";
import type { Viewer } from "#services/viewer.ts";
import { StreamTooLong, storeStream } from "#storage/store-stream.ts";
import type { RouteDeps } from "../routes/route-deps.ts";
import { AirecRefusal, refuse, unprocessable } from "./answers.ts";

interface Kind {
  readonly type: AirecFileType;
  readonly file: string;
  readonly schema: string;
}

const KINDS: readonly Kind[] = [
  { type: "content", file: "content_file", schema: "content_schema_json" },
  { type: "interaction", file: "interaction_file", schema: "interaction_schema_json" },
];
/** As the original names it in its messages. */
function titleOf({ type }: Kind): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

const TEXTS = ["project_name", ...KINDS.map(({ schema }) => schema)];
const MAX_TEXT_LENGTH = 256 * 1024;

interface StoredPart {
  readonly filename: string;
  readonly fileKey: string;
  readonly size: number;
  readonly token: string;
}

export interface FormRooms {
  readonly projects: QuotaRoom;
}

export class CreateForm {
  readonly #deps: RouteDeps;
  readonly #viewer: Viewer;
  readonly #texts = new Map<string, string>();
  readonly #files = new Map<string, StoredPart>();
  #projectId: number | null = null;

  constructor(deps: RouteDeps, viewer: Viewer) {
    this.#deps = deps;
    this.#viewer = viewer;
  }

  async take(part: FormPart): Promise<void> {
    const kind = KINDS.find(({ file }) => file === part.name);
    // A browser sends an empty file input as a file without a name.
    if (kind && part.filename) return this.#store(kind, part.filename, part.bytes);
    if (kind && part.filename === null) throw notAFile(kind, await textOf(part.bytes));
    if (TEXTS.includes(part.name)) this.#texts.set(part.name, await textOf(part.bytes));
  }

  /** Makes the project and returns its id. Throws the refusal of an incomplete form. */
  async finish({ projects: room }: FormRooms): Promise<number> {
    const name = this.#texts.get("project_name") ?? "";
    requireName(name);
    const given = KINDS.filter(({ file }) => this.#files.has(file));
    if (given.length === 0) refuse(400, "At least one file (content or interaction) must be provided.");
    const files = given.map((kind) => this.#described(kind));
    await this.#requireStored(files);
    const projectId = await this.#reserved();
    await createAirecProject(this.#deps, this.#viewer, { projectId, name, files, room });
    return projectId;
  }

  /** Deletes what was stored for a form that was refused. */
  async discard(): Promise<void> {
    const keys = [...this.#files.values()].map(({ fileKey }) => fileKey);
    if (keys.length > 0) await this.#deps.store.delete(keys);
  }

  async #store(kind: Kind, filename: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const problem = checkUploadName(cleanFileName(filename));
    if (problem !== null) refuse(400, `${titleOf(kind)} file: ${problem}`);
    const { store } = this.#deps;
    const fileKey = newUploadKey(this.#deps, await this.#reserved());
    const former = this.#files.get(kind.file);
    if (former) await store.delete(former.fileKey);
    const size = await storeStream(store, fileKey, bytes, MAX_UPLOAD_BYTES).catch((error: unknown) => {
      if (!(error instanceof StreamTooLong)) throw error;
      return refuse(413, `${titleOf(kind)} file: it is larger than ${MAX_UPLOAD_BYTES} bytes.`);
    });
    this.#files.set(kind.file, {
      filename: lastPartOf(filename),
      fileKey,
      size,
      token: uuidOf(this.#deps.randomBytes(16)),
    });
    if (size === 0) refuse(400, `${titleOf(kind)} file: ${EMPTY_FILE_TEXT}`);
  }

  #described(kind: Kind): StoredAirecFile {
    const schema = this.#texts.get(kind.schema) ?? "";
    const lower = kind.type;
    if (schema === "") refuse(400, `${titleOf(kind)} schema is required if ${lower} file is provided.`);
    const mappings = mappingsOf(schema);
    if (mappings === null) refuse(400, `Invalid schema JSON for ${lower} file: it must be an object.`);
    return { ...(this.#files.get(kind.file) as StoredPart), type: kind.type, mappings };
  }

  /** What no row names is deleted after a while: a form that took too long has lost its first file. */
  async #requireStored(files: readonly StoredAirecFile[]): Promise<void> {
    const heads = await Promise.all(files.map(({ fileKey }) => this.#deps.store.head(fileKey)));
    if (heads.some((head) => head === null))
      refuse(408, "The upload took too long. Send smaller files, or one at a time.");
  }

  async #reserved(): Promise<number> {
    this.#projectId ??= await reserveProjectId(this.#deps, this.#viewer);
    return this.#projectId;
  }
}

export function requireName(name: string): void {
  const loc = ["body", "project_name"];
  if (name === "")
    throw new AirecRefusal(unprocessable({ type: "missing", loc, msg: "Field required", input: null }));
  if (name.length <= MAX_NAME_LENGTH) return;
  const msg = `String should have at most ${MAX_NAME_LENGTH} characters`;
  throw new AirecRefusal(unprocessable({ type: "string_too_long", loc, msg, input: name }));
}

function notAFile({ file }: Kind, input: string): AirecRefusal {
  const msg = "Value error, Expected UploadFile, received: <class 'str'>";
  return new AirecRefusal(unprocessable({ type: "value_error", loc: ["body", file], msg, input }));
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_TEXT_LENGTH) refuse(400, "A field of the form is too long.");
  }
  return text + decoder.decode();
}

/** Random bytes as a UUID of version 4. */
function uuidOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte, at) => {
    const marked = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  }).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
