import { describe, expect, it } from "vitest";
import { decodeArtifact, sectionOf } from "#engine/artifact/decode-artifact.ts";
import { encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import { createRandom } from "#engine/random.ts";
import { casesOf } from "../../../setup/random-cases.ts";
import { digest, encoded, hmac, join, signer, someSections, verifier } from "./artifact-effects.ts";

const options = { kind: "model", digest, verifier: verifier() };
const refusal = { name: "EngineError", code: "BAD_ARTIFACT" };

async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    await decodeArtifact(bytes, options);
    return "accepted";
  } catch (error) {
    return (error as { code?: string }).code ?? `crashed: ${error}`;
  }
}

/** A container around any header, signed with the right key: a bug or an insider could write it. */
function signedContainer(headerText: string, data: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(headerText);
  const signedBytes = 16 + header.length;
  const dataStart = Math.ceil((signedBytes + 32) / 64) * 64;
  const bytes = new Uint8Array(dataStart + data.length);
  bytes.set(new TextEncoder().encode("EDGEWISE"));
  new DataView(bytes.buffer).setUint16(8, 1, true);
  new DataView(bytes.buffer).setUint32(12, header.length, true);
  bytes.set(header, 16);
  bytes.set(hmac("secret one", bytes.subarray(0, signedBytes)), signedBytes);
  bytes.set(data, dataStart);
  return bytes;
}

describe("decodeArtifact", () => {
  it("gives back what was encoded", async () => {
    const sections = [
      ...someSections(),
      { name: "u16", data: new Uint16Array([65_535, 1]) },
      { name: "i32", data: new Int32Array([-5]) },
      { name: "f64", data: new Float64Array([Math.PI]) },
    ];
    const meta = { dim: 3, nested: { title: "Größe ✓" }, list: [1, null, "x"] };

    const artifact = await decodeArtifact(await encoded(sections, meta), options);

    expect(artifact).toEqual({ kind: "model", meta, sections });
  });

  it("views the bytes it was given instead of copying them", async () => {
    const bytes = await encoded();
    const artifact = await decodeArtifact(bytes, options);
    expect(artifact.sections.map((section) => section.data.buffer === bytes.buffer)).not.toContain(false);
    expect(sectionOf(artifact, "model.factors", Float32Array).byteOffset % 64).toBe(0);
  });

  it("decodes bytes that start at an odd address, and Node buffers", async () => {
    const bytes = await encoded();
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect((await decodeArtifact(shifted.subarray(1), options)).sections).toEqual(someSections());
    expect((await decodeArtifact(Buffer.from(shifted.buffer, 1), options)).sections[0]).toEqual(
      someSections()[0],
    );
  });

  it("holds no section when the model has none", async () => {
    expect(await decodeArtifact(await encoded([], {}), options)).toEqual({
      kind: "model",
      meta: {},
      sections: [],
    });
  });

  it("refuses a change of any single byte", async () => {
    const bytes = await encoded();
    const accepted: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x20, 0xff]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ mask;
        const result = await outcome(changed);
        if (result !== "BAD_ARTIFACT") accepted.push(`byte ${at} ^ ${mask}: ${result}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  it("refuses every truncation, and bytes after the end", async () => {
    const bytes = await encoded();
    const results = new Set<string>();
    for (let length = 0; length < bytes.length; length++) results.add(await outcome(bytes.slice(0, length)));
    results.add(await outcome(join([bytes, new Uint8Array(1)])));
    results.add(await outcome(join([bytes, new Uint8Array(64)])));
    expect([...results]).toEqual(["BAD_ARTIFACT"]);
  });

  it("refuses a key that is not in the ring, another secret, and another kind, naming them", async () => {
    const bytes = await encoded();
    const decodeWith = (changed: object) => decodeArtifact(bytes, { ...options, ...changed });
    await expect(decodeWith({ verifier: verifier({ k2: "secret one" }) })).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('"k1"'),
    });
    await expect(decodeWith({ verifier: verifier({ k1: "another" }) })).rejects.toMatchObject(refusal);
    await expect(decodeWith({ kind: "dataset" })).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/"dataset".*"model"/),
    });
  });

  it("accepts an older key while the ring still has it", async () => {
    const content = { kind: "model", meta: {}, sections: someSections() };
    const bytes = join(await encodeArtifact(content, { digest, signer: signer("old", "secret zero") }));
    const ring = verifier({ k1: "secret one", old: "secret zero" });
    expect((await decodeArtifact(bytes, { ...options, verifier: ring })).sections).toHaveLength(4);
  });

  const zeros8 = "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc";
  const row = { name: "a", dtype: "u8", length: 8, offset: 0, bytes: 8, sha256: zeros8 };
  const header = { kind: "model", keyId: "k1", meta: {}, sections: [row] };
  const withRow = (change: object) => ({ ...header, sections: [{ ...row, ...change }] });
  const second = { ...row, name: "b", offset: 64 };

  it("accepts the header that the next test breaks", async () => {
    expect(await outcome(signedContainer(JSON.stringify(header), new Uint8Array(8)))).toBe("accepted");
  });

  it.each<[string, unknown]>([
    ["no object", [header]],
    ["null", null],
    ["no kind", { ...header, kind: undefined }],
    ["a key id that is a number", { ...header, keyId: 1 }],
    ["meta that is a list", { ...header, meta: [] }],
    ["sections that are no list", { ...header, sections: { 0: row } }],
    ["a section that is null", { ...header, sections: [null] }],
    ["a name with capitals", withRow({ name: "A" })],
    ["an unknown dtype", withRow({ dtype: "f16" })],
    ["a dtype of Object.prototype", withRow({ dtype: "constructor" })],
    ["a negative length", withRow({ length: -8 })],
    ["a fractional length", withRow({ length: 8.5 })],
    ["a length beyond the file", withRow({ length: 80, bytes: 80 })],
    ["a length beyond safe integers", withRow({ length: 1e300, bytes: 1e300 })],
    ["bytes that do not match the length", withRow({ length: 7 })],
    ["an unaligned offset", withRow({ offset: 8 })],
    ["an offset beyond the file", withRow({ offset: 64 })],
    ["a hash in capitals", withRow({ sha256: zeros8.toUpperCase() })],
    ["a short hash", withRow({ sha256: "af" })],
    ["another hash", withRow({ sha256: zeros8.replace("a", "b") })],
    ["overlapping sections", { ...header, sections: [row, { ...second, offset: 0 }] }],
    ["sections in the wrong order", { ...header, sections: [second, row] }],
    ["the same name twice", { ...header, sections: [row, { ...second, name: "a" }] }],
  ])("refuses a well-signed header with %s", async (_what, broken) => {
    expect(await outcome(signedContainer(JSON.stringify(broken), new Uint8Array(8)))).toBe("BAD_ARTIFACT");
  });

  it("refuses a well-signed header that is not JSON, or nested past reason", async () => {
    for (const text of ["", "{", "[".repeat(500_000), '{"kind":"\u0000'])
      expect(await outcome(signedContainer(text, new Uint8Array(8)))).toBe("BAD_ARTIFACT");
  });

  it("answers BAD_ARTIFACT to random files and mutations, and nothing else", async () => {
    const random = createRandom(7);
    const cases = casesOf(10_000);
    const bytes = await encoded();
    const results = new Map<string, number>();
    for (let round = 0; round < cases; round++) {
      const fuzzed = round % 4 === 0 ? randomBytes(random.below(300)) : mutated();
      const result = await outcome(fuzzed);
      results.set(result, (results.get(result) ?? 0) + 1);
    }
    expect([...results]).toEqual([["BAD_ARTIFACT", cases]]);

    function randomBytes(length: number): Uint8Array {
      return Uint8Array.from({ length }, () => random.below(256));
    }

    /** One to eight overwritten bytes, often in the fixed part, and sometimes a shorter or longer file; never the original. */
    function mutated(): Uint8Array {
      const copy = bytes.slice(0, random.below(5) === 0 ? random.below(bytes.length) : bytes.length);
      const tail = randomBytes(random.below(5) === 0 ? 1 + random.below(70) : 0);
      const fuzzed = join([copy, tail]);
      if (fuzzed.length === 0) return fuzzed;
      for (let change = random.below(8); change >= 0; change--) {
        const at = random.below(random.below(2) === 0 ? Math.min(20, fuzzed.length) : fuzzed.length);
        fuzzed[at] = (fuzzed[at] as number) + 1 + random.below(255);
      }
      const isOriginal = fuzzed.length === bytes.length && fuzzed.every((byte, at) => byte === bytes[at]);
      return isOriginal ? fuzzed.slice(1) : fuzzed;
    }
  });
});

describe("sectionOf", () => {
  it("refuses a missing section and one of another type", async () => {
    const artifact = await decodeArtifact(await encoded(), options);
    expect(sectionOf(artifact, "raw", Uint8Array)).toEqual(new Uint8Array([9, 8, 7]));
    expect(() => sectionOf(artifact, "nothing", Uint8Array)).toThrow(expect.objectContaining(refusal));
    expect(() => sectionOf(artifact, "raw", Float32Array)).toThrow(
      expect.objectContaining({ ...refusal, message: expect.stringMatching(/Uint8Array.*Float32Array/) }),
    );
  });
});
