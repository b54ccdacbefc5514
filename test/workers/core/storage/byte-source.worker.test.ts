import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { chunksOf } from "#storage/byte-source.ts";

const CONTENT = Uint8Array.from({ length: 600_000 }, (_, at) => at % 251);

/** A stream that is none of bytes, in pieces of 4 KB. */
function chunkStream(onCancel: () => void = () => undefined) {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < CONTENT.length) controller.enqueue(CONTENT.slice(at, at + 4_096));
      else controller.close();
      at += 4_096;
    },
    cancel: onCancel,
  });
}

async function storedStream(): Promise<ReadableStream<Uint8Array>> {
  await env.STORE.put("chunks", CONTENT);
  return (await env.STORE.get("chunks"))?.body as ReadableStream<Uint8Array>;
}

describe("chunksOf", () => {
  it.each([
    ["an object of the store, in large pieces", storedStream, 3],
    ["a stream of chunks, as they come", async () => chunkStream(), Math.ceil(CONTENT.length / 4_096)],
  ])("gives all bytes of %s", async (_, open, count) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksOf(await open())) chunks.push(chunk);
    expect(chunks).toHaveLength(count);
    expect(chunks.flatMap((chunk) => [...chunk]).every((byte, at) => byte === CONTENT[at])).toBe(true);
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(CONTENT.length);
  });

  it("cancels a stream that is not read to its end", async () => {
    let cancelled = 0;
    for await (const _ of chunksOf(chunkStream(() => cancelled++))) break;
    expect(cancelled).toBe(1);
  });
});
