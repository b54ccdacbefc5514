import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { type BucketCall, fromHeader, toHeader } from "#scripts/stack/compute/bucket-call.ts";
import { answerBucket, type LentBucket } from "#scripts/stack/compute/bucket-server.ts";
import { remoteBucket } from "#scripts/stack/compute/remote-bucket.ts";

const UPLOADED = new Date("2026-01-02T03:04:05Z");

/** A bucket in memory, with what R2 does about ranges, conditions and uploads. */
function memoryBucket() {
  const stored = new Map<string, Uint8Array>();
  const uploads = new Map<string, Uint8Array[]>();
  const fieldsOf = (key: string, bytes: Uint8Array) => {
    const etag = createHash("md5").update(bytes).digest("hex");
    return { key, version: "1", size: bytes.length, etag, httpEtag: `"${etag}"`, uploaded: UPLOADED };
  };
  const uploadOf = (key: string, uploadId: string) => ({
    uploadId,
    async uploadPart(partNumber: number, bytes: ArrayBuffer) {
      const parts = uploads.get(uploadId) ?? [];
      parts[partNumber - 1] = new Uint8Array(bytes);
      return { partNumber, etag: `part-${partNumber}`, more: "is not sent" };
    },
    async complete() {
      stored.set(key, Buffer.concat(uploads.get(uploadId) ?? []));
      return fieldsOf(key, stored.get(key) as Uint8Array);
    },
    async abort() {
      uploads.delete(uploadId);
    },
  });
  const bucket: LentBucket = {
    async head(key) {
      const bytes = stored.get(key);
      return bytes ? fieldsOf(key, bytes) : null;
    },
    async get(key, { range, onlyIf }) {
      const bytes = stored.get(key);
      if (!bytes) return null;
      const fields = fieldsOf(key, bytes);
      if (onlyIf && "etagMatches" in onlyIf && onlyIf.etagMatches !== fields.etag) return fields;
      const { offset = 0, length = bytes.length - offset } = range ?? {};
      const body = new Response(bytes.slice(offset, offset + length)).body as ReadableStream<Uint8Array>;
      return { ...fields, body };
    },
    async put(key, value, { onlyIf }) {
      if (key === "bad") throw new Error("The disk is full.");
      if (onlyIf instanceof Headers && onlyIf.get("If-None-Match") === "*" && stored.has(key)) return null;
      stored.set(key, new Uint8Array(await new Response(value).arrayBuffer()));
      return fieldsOf(key, stored.get(key) as Uint8Array);
    },
    async delete(keys) {
      for (const key of typeof keys === "string" ? [keys] : keys) stored.delete(key);
    },
    async list(options) {
      const { prefix = "", limit = 1000 } = options as { prefix?: string; limit?: number };
      const keys = [...stored.keys()].filter((key) => key.startsWith(prefix)).sort();
      const objects = keys.slice(0, limit).map((key) => fieldsOf(key, stored.get(key) as Uint8Array));
      const more = keys.length > limit ? { truncated: true, cursor: "next" } : { truncated: false };
      return { objects, delimitedPrefixes: [], ...more };
    },
    async createMultipartUpload(key) {
      const uploadId = `upload-${uploads.size}`;
      uploads.set(uploadId, []);
      return uploadOf(key, uploadId);
    },
    resumeMultipartUpload: uploadOf,
  };
  return { bucket, stored, uploads };
}

/** Null for an object without its bytes. */
async function bytesOf(object: object | null): Promise<number[] | null> {
  if (!object || !("body" in object)) return null;
  const { arrayBuffer } = object as unknown as { arrayBuffer(): Promise<ArrayBuffer> };
  return [...new Uint8Array(await arrayBuffer())];
}

describe("remoteBucket", () => {
  let world = memoryBucket();
  let remote = remoteBucket(async () => new Response());

  beforeEach(() => {
    world = memoryBucket();
    remote = remoteBucket(async (call, body) => {
      // As it goes over the wire: the call through a header, the bytes through a body.
      const carried = fromHeader(toHeader({ ...call, bucket: "STORE" })) as BucketCall;
      const sent = body === undefined ? null : new Response(body as string).body;
      return answerBucket(world.bucket, carried, sent as ReadableStream<Uint8Array> | null);
    });
  });

  it("stores and reads bytes, texts and streams, with what is known of the object", async () => {
    const etag = (await remote.put("a/ä?#%", new Uint8Array([1, 2, 3])))?.etag;
    expect(await remote.head("a/ä?#%")).toEqual({
      ...{ key: "a/ä?#%", version: "1", size: 3, etag, httpEtag: `"${etag}"`, uploaded: UPLOADED },
    });
    const found = await remote.get("a/ä?#%");
    expect(await bytesOf(found)).toEqual([1, 2, 3]);
    await remote.put("text", "häuser");
    const text = await remote.get("text");
    expect(new TextDecoder().decode(new Uint8Array((await bytesOf(text)) ?? []))).toBe("häuser");
    await remote.put("empty", new Uint8Array());
    const empty = await remote.get("empty");
    expect(await bytesOf(empty)).toEqual([]);
  });

  it("gives null for a missing object", async () => {
    expect(await remote.head("missing")).toBeNull();
    expect(await remote.get("missing")).toBeNull();
  });

  it("reads a range, and no bytes where the condition fails", async () => {
    const object = await remote.put("a", new Uint8Array([0, 1, 2, 3, 4]));
    const condition = { etagMatches: object?.etag ?? "" };
    const part = await remote.get("a", { range: { offset: 1, length: 3 }, onlyIf: condition });
    expect(await bytesOf(part)).toEqual([1, 2, 3]);
    const other = await remote.get("a", { onlyIf: { etagMatches: "other" } });
    expect(other).toMatchObject({ key: "a", size: 5 });
    expect(await bytesOf(other)).toBeNull();
  });

  it("writes only the first where headers ask for it", async () => {
    const onlyIf = new Headers({ "If-None-Match": "*" });
    expect(await remote.put("a", "first", { onlyIf })).not.toBeNull();
    expect(await remote.put("a", "second", { onlyIf })).toBeNull();
    expect(new TextDecoder().decode(world.stored.get("a"))).toBe("first");
  });

  it("uploads in parts, and forgets an upload that is called off", async () => {
    const upload = await remote.createMultipartUpload("large");
    const parts = [
      await upload.uploadPart(1, new Uint8Array([1, 2])),
      await upload.uploadPart(2, new Uint8Array([3])),
    ];
    expect(parts).toEqual([
      { partNumber: 1, etag: "part-1" },
      { partNumber: 2, etag: "part-2" },
    ]);
    expect(await upload.complete(parts)).toMatchObject({ key: "large", size: 3, uploaded: UPLOADED });
    await (await remote.createMultipartUpload("other")).abort();
    expect([...world.uploads.keys()]).toEqual(["upload-0"]);
  });

  it("lists and deletes", async () => {
    for (const key of ["a/1", "a/2", "b"]) await remote.put(key, key);
    const page = await remote.list({ prefix: "a/", limit: 1 });
    expect(page).toMatchObject({
      truncated: true,
      cursor: "next",
      objects: [{ key: "a/1", uploaded: UPLOADED }],
    });
    await remote.delete(["a/1", "a/2"]);
    await remote.delete("b");
    expect(world.stored.size).toBe(0);
  });

  it("throws what the store throws", async () => {
    await expect(remote.put("bad", "x")).rejects.toThrow("The disk is full.");
  });
});
