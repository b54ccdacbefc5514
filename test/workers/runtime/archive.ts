/** Archives of projects, opened, changed, and closed again with a valid manifest. */
import { createHash } from "node:crypto";
import { type ArchiveTable, MANIFEST_NAME, PROJECT_NAME } from "#contract/archive.ts";
import { tarEnd, tarEntries, tarHeader, tarPadding } from "#storage/tar.ts";
import type { Person, TestApi } from "./api.ts";

type Bytes = Uint8Array<ArrayBuffer>;

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function joined(chunks: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

export async function exported(person: Person, projectId: number): Promise<Bytes> {
  const response = await person.call("GET", `/project/${projectId}/export/`);
  if (response.status !== 200) throw new Error(`export failed: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export function importing(api: TestApi, person: Person, archive: Bytes, name: string): Promise<Response> {
  const body = new FormData();
  body.append("name", name);
  body.append("file", new File([archive], "project.tar"));
  const headers = { authorization: `Bearer ${person.session.access}` };
  return api.fetch("/api/v1/project_import/", { method: "POST", headers, body });
}

/** The archive with every row of a table changed and a matching manifest. */
export function withRows(
  archive: Bytes,
  table: ArchiveTable,
  change: (line: string) => string,
): Promise<Bytes> {
  return withTexts(archive, `rows/${table}/`, (text) =>
    text
      .split("\n")
      .map((line) => (line === "" ? "" : change(line)))
      .join("\n"),
  );
}

/** The same for the project's own row. */
export function withHead(archive: Bytes, change: (text: string) => string): Promise<Bytes> {
  return withTexts(archive, PROJECT_NAME, change);
}

/** The archive with every segment of events changed, and perhaps its name. */
export function withEvents(
  archive: Bytes,
  change: (name: string, text: string) => [name: string, text: string],
): Promise<Bytes> {
  return withFiles(archive, "events/", change);
}

function withTexts(archive: Bytes, start: string, change: (text: string) => string): Promise<Bytes> {
  return withFiles(archive, start, (name, text) => [name, change(text)]);
}

/** The archive with the files changed whose names begin so. */
export async function withFiles(
  archive: Bytes,
  start: string,
  change: (name: string, text: string) => [name: string, text: string],
): Promise<Bytes> {
  const out: Uint8Array[] = [];
  const files: object[] = [];
  const put = (name: string, bytes: Uint8Array) =>
    out.push(tarHeader(name, bytes.length), bytes, tarPadding(bytes.length));
  for await (const { name: oldName, bytes } of tarEntries(one(archive))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk.slice());
    if (oldName === MANIFEST_NAME) continue;
    const text = () => new TextDecoder().decode(joined(chunks));
    const isChanged = oldName.startsWith(start);
    const [name, changed] = isChanged ? change(oldName, text()) : [oldName, ""];
    const content = isChanged ? new TextEncoder().encode(changed) : joined(chunks);
    put(name, content);
    const hash = createHash("sha256");
    hash.update(content);
    files.push({ name, size: content.length, sha256: hash.digest("hex") });
  }
  const manifest = { format: "edgewise-project", version: 1, files };
  put(MANIFEST_NAME, new TextEncoder().encode(JSON.stringify(manifest)));
  return joined([...out, tarEnd()]);
}
