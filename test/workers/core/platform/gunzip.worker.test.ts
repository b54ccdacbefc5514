import { expect, it } from "vitest";
import { gunzip } from "#platform/gunzip.ts";

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function* chunks(bytes: readonly number[], step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield new Uint8Array(bytes.slice(at, at + step));
}

async function unpacked(bytes: readonly number[], step: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of gunzip(chunks(bytes, step))) text += decoder.decode(chunk, { stream: true });
  return text;
}

// The command's zlib reads the same bytes in test/shared/engine/data/odd-files.test.ts.
it("unpacks one member, several, empty ones, and zeros behind, in chunks of any size", async () => {
  const [one, two, none] = [await gzip("a\n"), await gzip("b\n"), await gzip("")];
  for (const step of [1, 3, 1000]) {
    expect(await unpacked([...one], step)).toBe("a\n");
    expect(await unpacked([...one, ...two], step)).toBe("a\nb\n");
    expect(await unpacked([...none, ...one, ...none], step)).toBe("a\n");
    expect(await unpacked([...one, ...new Array(600).fill(0)], step)).toBe("a\n");
  }
});

it("throws where it is cut off, and where something else follows", async () => {
  const bytes = [...(await gzip("hello, hello, hello"))];
  for (const step of [1, 1000]) {
    await expect(unpacked(bytes.slice(0, 20), step)).rejects.toThrow();
    await expect(unpacked([...bytes, 1, 2, 3, 4], step)).rejects.toThrow();
  }
});

it("throws where zeros are followed by another member or by anything else, near or far", async () => {
  const [one, two] = [await gzip("a\n"), await gzip("b\n")];
  for (const step of [1, 3, 100, 100_000]) {
    for (const zeros of [1, 600]) {
      const padded = [...one, ...new Array(zeros).fill(0)];
      expect(await unpacked(padded, step)).toBe("a\n");
      await expect(unpacked([...padded, ...two], step)).rejects.toThrow("follow the zeros");
      await expect(unpacked([...padded, 7, 0, 0], step)).rejects.toThrow("follow the zeros");
      expect(await unpacked([...one, ...two, ...new Array(zeros).fill(0)], step)).toBe("a\nb\n");
      await expect(unpacked([...one, ...two, ...new Array(zeros).fill(0), 1], step)).rejects.toThrow(
        "follow the zeros",
      );
    }
  }
});

it("stops its source when nobody reads on", async () => {
  let isStopped = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      const bytes = await gzip("x".repeat(100_000));
      for (;;) yield bytes;
    } finally {
      isStopped = true;
    }
  }
  for await (const _ of gunzip(source())) break;
  await expect.poll(() => isStopped).toBe(true);
});
