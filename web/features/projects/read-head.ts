const HEAD_BYTES = 64 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** The first characters of a file, unpacked when it is gzipped; its last line may be cut. */
export async function readHead(file: Blob): Promise<string> {
  const head = file.slice(0, HEAD_BYTES);
  const magic = new Uint8Array(await head.slice(0, 2).arrayBuffer());
  const isGzip = magic[0] === GZIP_MAGIC[0] && magic[1] === GZIP_MAGIC[1];
  const text = isGzip ? await unpackHead(head) : await head.text();
  const end = text.lastIndexOf("\n");
  return end > 0 && file.size > HEAD_BYTES ? text.slice(0, end) : text;
}

/** Takes the first block only: the slice ends in the middle of the stream, which is an error to whoever reads on. */
async function unpackHead(head: Blob): Promise<string> {
  const reader = head.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const decoder = new TextDecoder();
  const { value } = await reader.read();
  void reader.cancel().catch(() => {});
  return value ? decoder.decode(value, { stream: true }) : "";
}
