import { describe, expect, it } from "vitest";
import { encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import type { Section } from "#engine/artifact/section.ts";
import { digest, join, signer, someSections } from "./artifact-effects.ts";

const encode = (sections: readonly Section[], meta = {}) =>
  encodeArtifact({ kind: "model", meta, sections }, { digest, signer: signer() });

describe("encodeArtifact", () => {
  it("hands out views of the sections, not copies", async () => {
    const data = new Float32Array(1000);
    const chunks = await encode([{ name: "big", data }]);
    expect(chunks.some((chunk) => chunk.buffer === data.buffer && chunk.length === 4000)).toBe(true);
  });

  it("writes the same bytes for the same content", async () => {
    expect(join(await encode(someSections()))).toEqual(join(await encode(someSections())));
  });

  it("writes magic, version and header length little-endian in the first 16 bytes", async () => {
    const bytes = join(await encode([]));
    const headerText = '{"kind":"model","keyId":"k1","meta":{},"sections":[]}';
    expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe("EDGEWISE");
    expect([...bytes.subarray(8, 16)]).toEqual([1, 0, 0, 0, headerText.length, 0, 0, 0]);
    expect(new TextDecoder().decode(bytes.subarray(16, 16 + headerText.length))).toBe(headerText);
  });

  it("starts each section at a multiple of 64, also when it is a part of a larger array", async () => {
    const part = new Uint32Array([0, 1, 2, 3]).subarray(1, 3);
    const bytes = join(
      await encode([
        { name: "first", data: new Uint8Array(65) },
        { name: "part", data: part },
      ]),
    );
    // 65 bytes end inside the second 64-byte line, so `part` fills the first 8 bytes of the third.
    expect(bytes.length % 64).toBe(8);
    expect([...new Uint32Array(bytes.slice(-8).buffer)]).toEqual([1, 2]);
  });

  it.each<[string, Section[], object]>([
    ["a malformed name", [{ name: "Ünïcode", data: new Uint8Array(1) }], {}],
    ["an empty name", [{ name: "", data: new Uint8Array(1) }], {}],
    [
      "a repeated name",
      [
        { name: "a", data: new Uint8Array(1) },
        { name: "a", data: new Uint8Array(1) },
      ],
      {},
    ],
    ["a typed array of another kind", [{ name: "a", data: new Int8Array(1) as unknown as Uint8Array }], {}],
    ["a header that no decoder accepts", [], { text: "x".repeat(1_100_000) }],
  ])("refuses %s", async (_what, sections, meta) => {
    await expect(encode(sections, meta)).rejects.toMatchObject({ code: "BAD_PARAMETER" });
  });
});
