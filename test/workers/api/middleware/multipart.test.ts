import { describe, expect, it } from "vitest";
import { boundaryOf, formParts, UploadForm } from "#api/middleware/multipart.ts";

const encoder = new TextEncoder();

/** The text as a stream of chunks of `size` bytes, so that every boundary is cut at some place. */
function streamOf(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = encoder.encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

async function read(text: string, size: number): Promise<unknown[]> {
  const parts: unknown[] = [];
  for await (const part of formParts(streamOf(text, size), "B-1")) {
    const decoder = new TextDecoder();
    let content = "";
    for await (const chunk of part.bytes) content += decoder.decode(chunk, { stream: true });
    parts.push([part.name, part.filename, content]);
  }
  return parts;
}

const FORM = [
  "preamble",
  "--B-1",
  'Content-Disposition: form-data; name="project"',
  "",
  "7",
  "--B-1",
  'content-disposition: form-data; name="file"; filename="a \\"b\\".csv"',
  "Content-Type: text/csv",
  "",
  "x\r\n--B-\r\ny\r",
  "--B-1--",
  "epilogue",
].join("\r\n");

describe("formParts", () => {
  it.each([1, 2, 3, 7, 16, 1000])("reads the same parts from chunks of %i bytes", async (size) => {
    expect(await read(FORM, size)).toEqual([
      ["project", null, "7"],
      ["file", 'a "b".csv', "x\r\n--B-\r\ny\r"],
    ]);
  });

  it("skips what the caller does not read", async () => {
    const names: string[] = [];
    for await (const part of formParts(streamOf(FORM, 5), "B-1")) names.push(part.name);
    expect(names).toEqual(["project", "file"]);
  });

  it.each([
    ["after the last part", "", "x\r\n--B-\r\ny\r"],
    ["within the closing boundary", "\r\n--B", "x\r\n--B-\r\ny\r\r\n--B"],
    ["after a boundary that does not say that it is the last", "\r\n--B-1", "x\r\n--B-\r\ny\r"],
    ["one byte before its end", "\r\n--B-1-", "x\r\n--B-\r\ny\r"],
  ])("takes a form that ends %s", async (_, tail, content) => {
    const body = FORM.slice(0, FORM.lastIndexOf("\r\n--B-1--")) + tail;
    for (const size of [1, 4, 1000]) {
      expect(await read(body, size)).toEqual([
        ["project", null, "7"],
        ["file", 'a "b".csv', content],
      ]);
    }
  });

  const OPEN = FORM.slice(0, FORM.lastIndexOf("\r\n--B-1--"));

  it.each([
    ["of the length that was announced", OPEN, OPEN.length, false],
    ["closed, though more was announced", FORM, FORM.length + 9, false],
    ["closed, without a length", FORM, null, false],
    ["without an end and without a length", OPEN, null, true],
    ["without an end and without a length, after a whole line", `${OPEN}\n`, null, true],
  ])("says of a form %s whether its end is open", async (_, body, announced, isOpen) => {
    for (const size of [1, 7, 1000]) {
      const form = new UploadForm(streamOf(body, size), "B-1", announced);
      let bytes = 0;
      for await (const part of form.parts) for await (const chunk of part.bytes) bytes += chunk.length;
      expect([form.isOpen, bytes > 0]).toEqual([isOpen, true]);
    }
  });

  it.each([OPEN.length + 1, OPEN.length + 1000])(
    "refuses one that ends before its %i bytes",
    async (announced) => {
      const form = new UploadForm(streamOf(OPEN, 16), "B-1", announced);
      const reading = (async () => {
        for await (const part of form.parts) for await (const _ of part.bytes);
      })();
      await expect(reading).rejects.toMatchObject({ code: "bad_request" });
    },
  );

  it.each([
    ["an empty body", ""],
    ["a body without a boundary", "project=7"],
    ["headers that break off", '--B-1\r\nContent-Disposition: form-data; name="fi'],
  ])("refuses %s", async (_, body) => {
    await expect(read(body, 10)).rejects.toMatchObject({ code: "bad_request" });
  });
});

describe("boundaryOf", () => {
  it.each([
    ["multipart/form-data; boundary=abc", "abc"],
    ['multipart/form-data; charset=utf-8; boundary="a b"', "a b"],
    ["application/json", null],
  ])("finds in %s: %s", (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });

  it("refuses a form without one", () => {
    expect(() => boundaryOf("multipart/form-data")).toThrow("Invalid boundary");
  });
});
