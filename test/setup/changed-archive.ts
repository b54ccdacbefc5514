/** Archives of projects, opened, changed, and closed again with a valid manifest. */
import { createHash } from "node:crypto";
import { MANIFEST_NAME } from "#contract/archive.ts";
import { tarEnd, tarEntries, tarHeader, tarPadding } from "#storage/tar.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The archive with other bytes for the files whose names begin so. */
export function withBytes(archive: Bytes, start: string, bytes: Bytes): Promise<Bytes> {
  return changed(archive, start, (name) => ({ name, bytes }));
}

/** The archive with the files changed whose names begin so. */
export function withFiles(
  archive: Bytes,
  start: string,
  change: (name: string, text: string) => [name: string, text: string],
): Promise<Bytes> {
  return changed(archive, start, (oldName, bytes) => {
    const [name, text] = change(oldName, new TextDecoder().decode(bytes));
    return { name, bytes: new TextEncoder().encode(text) };
  });
}

async function changed(
  archive: Bytes,
  start: string,
  change: (name: string, bytes: Bytes) => { readonly name: string; readonly bytes: Bytes },
): Promise<Bytes> {
  const out: Uint8Array[] = [];
  const files: object[] = [];
  const put = (name: string, bytes: Uint8Array) =>
    out.push(tarHeader(name, bytes.length), bytes, tarPadding(bytes.length));
  for await (const { name: oldName, bytes } of tarEntries(one(archive))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk.slice());
    if (oldName === MANIFEST_NAME) continue;
    const old = { name: oldName, bytes: joined(chunks) };
    const { name, bytes: content } = oldName.startsWith(start) ? change(oldName, old.bytes) : old;
    put(name, content);
    const hash = createHash("sha256");
    hash.update(content);
    files.push({ name, size: content.length, sha256: hash.digest("hex") });
  }
  const manifest = { format: "edgewise-project", version: 1, files };
  put(MANIFEST_NAME, new TextEncoder().encode(JSON.stringify(manifest)));
  return joined([...out, tarEnd()]);
}

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
