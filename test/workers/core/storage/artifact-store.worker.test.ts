import { env } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { type ArtifactBucket, createArtifactStore } from "#storage/artifact-store.ts";
import { resignArtifact } from "#storage/resign-artifact.ts";

const [OLD, NEW, FOREIGN] = ["old", "new", "foreign"].map(
  (name) => `${name}-secret-of-at-least-32-characters`,
);
const ring = (...secrets: (string | undefined)[]) =>
  createArtifactKeyRing(secrets.filter((s) => s !== undefined));
const storeOf = (...secrets: (string | undefined)[]) =>
  createArtifactStore(env.STORE, () => ring(...secrets));
const keyOf = (project: number, model: number) => `projects/${project}/models/${model}.edgewise`;

function content(project: number, model: number, bytes = 200_000) {
  const data = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at++) data[at] = (at * 31 + model) % 251;
  const meta = { project_id: project, model_id: model, note: "kept" };
  return {
    kind: "model",
    meta,
    sections: [
      { name: "a", data },
      { name: "b", data: new Uint32Array([1, 2, model]) },
    ],
  };
}

/** Of millions of bytes `toEqual` takes a second, so what is compared is the type of a section's data and their hash. */
const digested = (sections: readonly { readonly name: string; readonly data: ArrayBufferView }[]) =>
  sections.map(({ name, data }) => ({ name, type: data.constructor.name, hash: hashOf(data) }));

function hashOf(data: ArrayBufferView): string {
  const hash = createHash("sha256");
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest("hex");
}

async function exchange(a: string, b: string): Promise<void> {
  const [first, second] = await Promise.all(
    [a, b].map(async (key) => (await env.STORE.get(key))?.arrayBuffer()),
  );
  await env.STORE.put(a, second ?? "");
  await env.STORE.put(b, first ?? "");
}

/** A bucket that counts the bytes it delivers. */
function counting(): { bucket: ArtifactBucket; given: () => number } {
  let given = 0;
  const get = async (key: string, options?: R2GetOptions) => {
    const object = await env.STORE.get(key, options);
    if (object && "body" in object) given += (options?.range as { length?: number })?.length ?? object.size;
    return object;
  };
  const { STORE } = env;
  const bucket = {
    get,
    head: STORE.head.bind(STORE),
    put: STORE.put.bind(STORE),
    delete: STORE.delete.bind(STORE),
  } as unknown as ArtifactBucket;
  return { bucket, given: () => given };
}

describe("an artifact", () => {
  it("is written from memory of WebAssembly and read back into it section by section", async () => {
    const memory = new WebAssembly.Memory({ initial: 100 });
    const values = new Float32Array(memory.buffer, 64, 700_001).map((_, at) => at / 7);
    new Float32Array(memory.buffer, 64, values.length).set(values);
    const key = keyOf(1, 11);
    const { kind, meta, sections } = content(1, 11);
    const large = { name: "large", data: new Float32Array(memory.buffer, 64, values.length) };
    const store = storeOf(NEW);
    await store.put(key, {
      kind,
      meta,
      sections: [sections[0], large, sections[1]].flatMap((one) => one ?? []),
    });
    const back = new Float32Array(memory.buffer, 3_200_000, values.length);
    const place = {
      bytes: () => new Uint8Array(memory.buffer, 3_200_000, 4 * back.length),
      section: () => large,
    };
    const opened = await store.open(key, "model");
    const read = await opened.readSections(({ name }) => (name === "large" ? place : null));
    expect(read.map(({ name }) => name)).toEqual(["a", "large", "b"]);
    expect(read[1]).toBe(large);
    expect(hashOf(back)).toBe(hashOf(values));
    expect(read[2]?.data).toEqual(sections[1]?.data);
    const bytes = new Uint8Array((await (await env.STORE.get(key))?.arrayBuffer()) ?? new ArrayBuffer());
    bytes[1_500_000] = (bytes[1_500_000] ?? 0) ^ 1;
    await env.STORE.put(key, bytes);
    const damaged = await store.open(key, "model");
    await expect(damaged.readSections(({ name }) => (name === "large" ? place : null))).rejects.toThrow(
      'Section "large" has the hash',
    );
  });

  it("is refused where another tenant's lies in its place, or another model of the same one", async () => {
    const store = storeOf(NEW);
    const keys = [keyOf(1, 11), keyOf(2, 22), keyOf(1, 12)] as const;
    await store.put(keys[0], content(1, 11));
    await store.put(keys[1], content(2, 22));
    await store.put(keys[2], content(1, 12));
    await exchange(keys[0], keys[1]);
    await expect(store.get(keys[0], "model")).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
    await expect(store.get(keys[1], "model")).rejects.toThrow("under a wrong key");
    await exchange(keys[0], keys[1]);
    await exchange(keys[0], keys[2]);
    await expect(store.get(keys[0], "model")).rejects.toThrow("under a wrong key");
    await exchange(keys[0], keys[2]);
    expect((await store.get(keys[0], "model")).meta).toMatchObject({ model_id: 11 });
  });

  it("that an erasure has written is refused for another model of its project", async () => {
    const store = storeOf(NEW);
    const key = "projects/1/erased/5.edgewise";
    await store.put(key, content(1, 11));
    expect((await store.open(key, "model", { model_id: 11 })).bytes).toBeGreaterThan(200_000);
    await expect(store.open(key, "model", { model_id: 12 })).rejects.toThrow("under a wrong key");
  });

  it("cannot be written where it does not belong", async () => {
    await expect(storeOf(NEW).put(keyOf(1, 1), content(2, 1))).rejects.toThrow("under a wrong key");
    await expect(storeOf(NEW).put("somewhere", content(1, 1))).rejects.toThrow("not a key");
  });

  it.each([
    ["without a signature", () => new Uint8Array(5_000_000)],
    ["empty", () => new Uint8Array()],
    ["of one byte", () => new Uint8Array(1)],
    ["that says it is an artifact", () => new TextEncoder().encode(`EDGEWISE${"x".repeat(5_000_000)}`)],
  ])("%s is refused before its data are read", async (_, bytes) => {
    const { bucket, given } = counting();
    await env.STORE.put(keyOf(3, 1), bytes());
    const store = createArtifactStore(bucket, () => ring(NEW));
    await expect(store.get(keyOf(3, 1), "model")).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
    expect(given()).toBeLessThanOrEqual(4096);
  });

  it("that somebody else signed, or that is longer than it says, is refused before its data are read", async () => {
    await storeOf(FOREIGN).put(keyOf(3, 2), content(3, 2, 3_000_000));
    const { bucket, given } = counting();
    const store = createArtifactStore(bucket, () => ring(NEW));
    await expect(store.get(keyOf(3, 2), "model")).rejects.toThrow("signature");
    await storeOf(NEW).put(keyOf(3, 3), content(3, 3, 3_000_000));
    const whole = new Uint8Array(
      (await (await env.STORE.get(keyOf(3, 3)))?.arrayBuffer()) ?? new ArrayBuffer(0),
    );
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    await env.STORE.put(keyOf(3, 3), longer);
    await expect(store.get(keyOf(3, 3), "model")).rejects.toThrow("bytes, expected");
    expect(given()).toBeLessThanOrEqual(8192);
  });

  it("is read in part, with one read for sections side by side", async () => {
    const { bucket, given } = counting();
    const store = createArtifactStore(bucket, () => ring(NEW));
    const section = (name: string, length: number) => ({ name, data: new Uint8Array(length).fill(length) });
    const sections = [section("a", 3), section("none", 0), section("b", 70), section("large", 500_000)];
    const last = { name: "c", data: Float64Array.of(1, 2) };
    await store.put(keyOf(3, 5), { ...content(3, 5), sections: [...sections, last] });
    const wanted = await store.getSections(keyOf(3, 5), "model", (name) => name !== "large");
    expect(wanted).toEqual([...sections.slice(0, 3), last]);
    expect(given()).toBeLessThan(6000);
    expect(await store.getSections(keyOf(3, 5), "model", (name) => name === "none")).toEqual([sections[1]]);
    await expect(store.getSections(keyOf(3, 5), "dataset", () => true)).rejects.toThrow("kind");
    const opened = await store.open(keyOf(3, 5), "model");
    expect(digested(await opened.readSections(() => null))).toEqual(digested([...sections, last]));
    const bytes = new Uint8Array((await (await env.STORE.get(keyOf(3, 5)))?.arrayBuffer()) ?? []);
    bytes[bytes.length - 1] = 1;
    await env.STORE.put(keyOf(3, 5), bytes);
    expect(await store.getSections(keyOf(3, 5), "model", (name) => name === "b")).toEqual([sections[2]]);
    await expect(store.getSections(keyOf(3, 5), "model", (name) => name === "c")).rejects.toThrow("the hash");
  });

  it("with a header longer than the first read is read in two", async () => {
    const store = storeOf(NEW);
    const sections = Array.from({ length: 90 }, (_, at) => ({
      name: `section-${at}`,
      data: new Uint8Array([at]),
    }));
    await store.put(keyOf(3, 4), { ...content(3, 4), sections });
    expect((await store.get(keyOf(3, 4), "model")).sections).toHaveLength(90);
  });
});

describe("an artifact that takes over sections of others", () => {
  const part = (model: number, at: number) => `projects/6/models/${model}.part-${at}`;

  it("has their data under other names, without reading them as artifacts", async () => {
    const store = storeOf(NEW);
    await store.put(part(1, 0), content(6, 1, 3_000_001));
    await store.put(part(1, 1), content(6, 1, 77));
    const [first, second] = await Promise.all([0, 1].map((at) => store.open(part(1, at), "model")));
    const renamed = (name: string, from: typeof first) =>
      (from?.sections() ?? []).map((section) => ({ ...section, name: `${name}/${section.name}` }));
    const own = { name: "own", data: new Float32Array([1.5]) };
    const sections = [...renamed("x", first), own, ...renamed("y", second)];
    const meta = { project_id: 6, model_id: 1 };
    const bytes = await store.put(keyOf(6, 1), { kind: "model", meta, sections });
    expect((await env.STORE.head(keyOf(6, 1)))?.size).toBe(bytes);
    const joined = await store.get(keyOf(6, 1), "model");
    const [a, b] = [content(6, 1, 3_000_001), content(6, 1, 77)].map((one) => one.sections);
    const expected = [
      ...(a ?? []).map(({ name, data }) => ({ name: `x/${name}`, data })),
      own,
      ...(b ?? []).map(({ name, data }) => ({ name: `y/${name}`, data })),
    ];
    expect(digested(joined.sections)).toEqual(digested(expected));
  });

  it("is not written when one of them is gone or was exchanged", async () => {
    const store = storeOf(NEW);
    const meta = { project_id: 6, model_id: 2 };
    await store.put(part(2, 0), content(6, 2));
    const opened = await store.open(part(2, 0), "model");
    await store.put(part(2, 0), content(6, 2, 999));
    const write = () => store.put(keyOf(6, 2), { kind: "model", meta, sections: opened.sections() });
    await expect(write()).rejects.toThrow();
    await env.STORE.delete(part(2, 0));
    await expect(write()).rejects.toThrow();
    expect(await env.STORE.head(keyOf(6, 2))).toBeNull();
  });
});

describe("signing again", () => {
  it("keeps every byte of the data, and needs the old secret no more", async () => {
    await storeOf(OLD).put(keyOf(4, 1), content(4, 1, 5_000_000));
    await expect(storeOf(NEW).get(keyOf(4, 1), "model")).rejects.toThrow("signature");
    const both = await ring(NEW, OLD);
    expect(await resignArtifact(env.STORE, both, keyOf(4, 1), { kind: "model" })).toBeGreaterThan(5_000_000);
    const renewed = await storeOf(NEW).get(keyOf(4, 1), "model");
    expect(digested(renewed.sections)).toEqual(digested(content(4, 1, 5_000_000).sections));
    expect(renewed.meta).toMatchObject({ note: "kept" });
    expect(await resignArtifact(env.STORE, both, keyOf(4, 1), { kind: "model" })).toBeNull();
  });

  it("gives an imported model its new names", async () => {
    await storeOf(NEW).put(keyOf(4, 2), content(4, 2));
    const moved = keyOf(5, 9);
    await env.STORE.put(moved, (await (await env.STORE.get(keyOf(4, 2)))?.arrayBuffer()) ?? "");
    await expect(storeOf(NEW).get(moved, "model")).rejects.toThrow("under a wrong key");
    await resignArtifact(env.STORE, await ring(NEW), moved, {
      kind: "model",
      names: { project_id: 5, model_id: 9 },
    });
    expect((await storeOf(NEW).get(moved, "model")).meta).toMatchObject({ project_id: 5, model_id: 9 });
  });

  it("renews no artifact with a foreign signature or in a wrong place", async () => {
    await storeOf(FOREIGN).put(keyOf(4, 3), content(4, 3));
    const both = await ring(NEW, OLD);
    await expect(resignArtifact(env.STORE, both, keyOf(4, 3), { kind: "model" })).rejects.toThrow(
      "signature",
    );
    await storeOf(OLD).put(keyOf(4, 4), content(4, 4));
    const belongs = { project_id: 4, model_id: 5 };
    await expect(resignArtifact(env.STORE, both, keyOf(4, 4), { kind: "model", belongs })).rejects.toThrow(
      "wrong key",
    );
  });

  it("does not bring back what was deleted meanwhile", async () => {
    await storeOf(OLD).put(keyOf(4, 6), content(4, 6));
    const { bucket } = counting();
    const vanishing = {
      ...bucket,
      put: async (...args: Parameters<ArtifactBucket["put"]>) => {
        await env.STORE.delete(keyOf(4, 6));
        return env.STORE.put(...args);
      },
    } as ArtifactBucket;
    await resignArtifact(vanishing, await ring(NEW, OLD), keyOf(4, 6), { kind: "model" }).catch(() => null);
    expect(await env.STORE.head(keyOf(4, 6))).toBeNull();
  });
});
