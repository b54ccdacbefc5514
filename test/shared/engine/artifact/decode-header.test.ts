import { describe, expect, it } from "vitest";
import { verifySection } from "#engine/artifact/decode-artifact.ts";
import { decodeHeader, HEADER_PREFIX_BYTES, sectionRange } from "#engine/artifact/decode-header.ts";
import { digest, encoded, someSections, verifier } from "./artifact-effects.ts";

const options = { kind: "model", verifier: verifier() };
const refusal = { code: "BAD_ARTIFACT" };

async function headerOf(bytes: Uint8Array) {
  const read = await decodeHeader(bytes, options);
  if (read.state !== "complete") throw new Error(`incomplete: ${read.bytesNeeded}`);
  return read.header;
}

describe("decodeHeader", () => {
  it("reads the section table from the first range alone", async () => {
    const bytes = await encoded([{ name: "big", data: new Float32Array(20_000) }]);
    const header = await headerOf(bytes.subarray(0, HEADER_PREFIX_BYTES));
    expect(header).toMatchObject({ kind: "model", keyId: "k1", meta: { dim: 3 }, totalBytes: bytes.length });
    expect(header.sections).toMatchObject([{ name: "big", dtype: "f32", length: 20_000, bytes: 80_000 }]);
  });

  it("asks for what is missing until the header is whole, whatever the length of the first read", async () => {
    const bytes = await encoded();
    const { signatureEnd } = await headerOf(bytes);
    for (let length = 0; length < signatureEnd; length++) {
      const read = await decodeHeader(bytes.subarray(0, length), options);
      expect(read).toEqual({ state: "incomplete", bytesNeeded: length < 16 ? 16 : signatureEnd });
    }
    expect((await decodeHeader(bytes.subarray(0, signatureEnd), options)).state).toBe("complete");
  });

  it("refuses a foreign file, another version and an absurd header length at once", async () => {
    const bytes = await encoded();
    const patched = (at: number, byte: number) => {
      const copy = bytes.slice(0, 20);
      copy[at] = byte;
      return decodeHeader(copy, options);
    };
    await expect(patched(0, 0x50)).rejects.toMatchObject(refusal);
    await expect(patched(8, 2)).rejects.toMatchObject({ ...refusal, message: expect.stringMatching(/2.*1/) });
    await expect(patched(10, 1)).rejects.toMatchObject(refusal);
    await expect(patched(15, 1)).rejects.toMatchObject(refusal);
  });
});

describe("verifySection", () => {
  it("verifies and types a section that was fetched alone", async () => {
    const bytes = await encoded();
    const header = await headerOf(bytes);
    for (const section of someSections()) {
      const { entry, start, end } = sectionRange(header, section.name);
      expect(await verifySection(entry, bytes.slice(start, end), digest)).toEqual(section);
    }
    expect(() => sectionRange(header, "nothing")).toThrow(expect.objectContaining(refusal));
  });

  it("refuses a section of another length or content", async () => {
    const bytes = await encoded();
    const { entry, start, end } = sectionRange(await headerOf(bytes), "ids/offsets");
    await expect(verifySection(entry, bytes.slice(start, end + 1), digest)).rejects.toMatchObject(refusal);
    await expect(verifySection(entry, new Uint8Array(entry.bytes), digest)).rejects.toMatchObject(refusal);
  });
});
